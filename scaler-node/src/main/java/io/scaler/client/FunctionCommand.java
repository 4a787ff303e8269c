package io.scaler.client;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.scaler.model.Spans;
import io.scaler.v1.DemandView;
import io.scaler.v1.FunctionSummary;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetFunctionResponse;
import io.scaler.v1.InstanceView;
import io.scaler.v1.Override;
import io.scaler.v1.PlanView;
import io.scaler.v1.RuleView;
import io.scaler.v1.WaiterView;
import io.scaler.v1.WindowView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells all of one function. */
@Command(
    name = "function",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells all of one function: its instances and why each was started, who waits, the plan that"
          + " holds for it and why, and what is known of its demand."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  function checkout", "  function checkout --top 10", "  function checkout --json"})
public final class FunctionCommand implements Callable<Integer> {
  @Mixin private final AdminCall admin = new AdminCall();

  @Mixin private final Top top = new Top();

  @Parameters(paramLabel = "KEY", description = "The function's key.")
  private String key = "";

  /** For picocli. */
  public FunctionCommand() {}

  @java.lang.Override
  public Integer call() {
    return admin.tell(
        stub -> stub.getFunction(GetFunctionRequest.newBuilder().setKey(key).build()),
        this::inWords);
  }

  private String inWords(GetFunctionResponse function) {
    FunctionSummary summary = function.getSummary();
    StringBuilder text = new StringBuilder();
    text.append(
        "function %s%s, %,d MB, kept by %s%n%n"
            .formatted(
                summary.getKey(),
                summary.getRuntime().isEmpty() ? "" : ", runtime " + summary.getRuntime(),
                summary.getMemoryMb(),
                function.getOwner().isEmpty() ? "no node at the moment" : function.getOwner()));
    plan(function.getPlan(), text);
    function.getRulesList().forEach(rule -> rule(rule, text));
    text.append(function.hasDemand() ? demand(function) : "demand  not known yet\n");
    instances(function, text);
    waiters(function, text);
    return text.toString();
  }

  private static void rule(RuleView view, StringBuilder text) {
    Override rule = view.getRule();
    List<String> parts = new ArrayList<>();
    if (!rule.getPolicy().isEmpty()) {
      parts.add("policy " + rule.getPolicy());
    }
    if (rule.hasMinInstances()) {
      parts.add("at least " + rule.getMinInstances());
    }
    if (rule.hasMaxInstances()) {
      parts.add("at most " + rule.getMaxInstances());
    }
    text.append("rule    for ")
        .append(rule.getFunctions())
        .append(
            view.getSource() == RuleView.Source.OPERATOR
                ? ", laid down by an operator"
                : ", from policy.overrides")
        .append(parts.isEmpty() ? "" : ": " + String.join(", ", parts))
        .append('\n');
  }

  private static void plan(PlanView plan, StringBuilder text) {
    text.append("plan    ").append(plan.getWords()).append('\n');
    if (plan.getWindowsCount() == 0) {
      text.append("        idle instances are kept ")
          .append(length(plan.getKeepAlive()))
          .append('\n');
    }
    if (plan.getMinInstances() > 0) {
      text.append("        at least ")
          .append(plan.getMinInstances())
          .append(plan.getMinInstances() == 1 ? " instance\n" : " instances\n");
    }
    WindowView before = WindowView.getDefaultInstance();
    for (WindowView window : plan.getWindowsList()) {
      if (window.toBuilder().setFromLevel(before.getFromLevel()).build().equals(before)) {
        continue;
      }
      before = window;
      text.append(
          "        from %d at a time: kept %s after"
              .formatted(window.getFromLevel(), length(window.getKeep())));
      if (window.hasFrom()) {
        text.append(
            ", there again from %s to %s"
                .formatted(length(window.getFrom()), length(window.getUntil())));
      }
      text.append('\n');
    }
    text.append('\n');
  }

  private static String demand(GetFunctionResponse function) {
    DemandView demand = function.getDemand();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "demand  %,d requests so far, %.3f a second of late, at most about %.1f at a time%n",
            demand.getArrivals(),
            demand.getPerSecond(),
            demand.getPeakConcurrency()));
    if (demand.hasLastArrival()) {
      text.append("        the last came ")
          .append(ago(demand.getLastArrival(), function.getAsOf()))
          .append('\n');
    }
    if (demand.hasMedianGap()) {
      text.append("        half of them within ")
          .append(length(demand.getMedianGap()))
          .append(" of the one before\n");
    }
    if (demand.hasMeanExecution()) {
      text.append("        they run for ").append(length(demand.getMeanExecution()));
      text.append(" on average\n");
    }
    if (demand.hasMeanColdStart()) {
      text.append("        a cold start takes ").append(length(demand.getMeanColdStart()));
      text.append(" on average\n");
    }
    return text.toString();
  }

  private void instances(GetFunctionResponse function, StringBuilder text) {
    text.append('\n');
    if (function.getInstancesCount() == 0) {
      text.append("no instances\n");
      return;
    }
    Table table = new Table();
    table.row("instance", "state", "since", "request", "why it is there, or goes");
    for (InstanceView each : function.getInstancesList().stream().limit(top.rows()).toList()) {
      table.row(
          each.getInstanceId(),
          each.getState().toLowerCase(Locale.ROOT) + (each.getCondemned() ? ", its last" : ""),
          ago(each.getSince(), function.getAsOf()),
          each.getRequestId().isEmpty() ? "-" : each.getRequestId(),
          each.getReason());
    }
    text.append(table).append(top.more(function.getInstancesCount()));
  }

  private static void waiters(GetFunctionResponse function, StringBuilder text) {
    if (function.getWaitersCount() == 0) {
      return;
    }
    Table table = new Table();
    table.row("waiting request", "for", "at most another");
    for (WaiterView each : function.getWaitersList()) {
      table.row(
          each.getRequestId(),
          length(Timestamps.between(each.getSince(), function.getAsOf())),
          length(Timestamps.between(function.getAsOf(), each.getUntil())));
    }
    text.append('\n').append(table);
  }

  private static String ago(Timestamp then, Timestamp now) {
    return length(Timestamps.between(then, now)) + " ago";
  }

  static String length(Duration duration) {
    return Spans.inWords(java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos()));
  }
}
