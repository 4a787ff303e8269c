package io.scaler.adapter.grpc;

import com.google.protobuf.TextFormat;
import io.grpc.stub.StreamObserver;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Ruling;
import io.scaler.model.ScalerException;
import io.scaler.model.Window;
import io.scaler.policy.OverridingPolicy.Rule;
import io.scaler.service.FailedCalls;
import io.scaler.service.Overriding;
import io.scaler.service.Rules;
import io.scaler.v1.Function;
import io.scaler.v1.ListOverridesResponse;
import io.scaler.v1.Override;
import io.scaler.v1.ProvisionedWindow;
import io.scaler.v1.RemoveOverrideRequest;
import io.scaler.v1.RemoveOverrideResponse;
import io.scaler.v1.RuleView;
import io.scaler.v1.SetOverrideRequest;
import io.scaler.v1.SetOverrideResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The part of {@code scaler.v1.ScalerAdmin} that operators lay something down by. */
public final class OverrideCalls {
  private final Overriding overriding;
  private final Rules rules;
  private final Supplier<CallRules> callRules;
  private final FailedCalls failed;

  /**
   * @param rules what holds on this node
   * @param failed is told of calls that are not served
   */
  public OverrideCalls(
      Overriding overriding, Rules rules, Supplier<CallRules> callRules, FailedCalls failed) {
    this.overriding = overriding;
    this.rules = rules;
    this.callRules = callRules;
    this.failed = failed;
  }

  void set(SetOverrideRequest request, StreamObserver<SetOverrideResponse> responses) {
    Override asked = request.getOverride();
    new UnaryCall<>("SetOverride", responses, new StatusRefusals<SetOverrideResponse>(), failed)
        .answer(
            () -> Deeds.logged("lay down " + inWords(asked), lay(asked)),
            laid ->
                SetOverrideResponse.newBuilder()
                    .setOverride(view(laid.ruling()))
                    .setFunctionUnknown(!laid.isKnown())
                    .build(),
            () -> "functions " + asked.getFunctions());
  }

  void remove(RemoveOverrideRequest request, StreamObserver<RemoveOverrideResponse> responses) {
    new UnaryCall<>(
            "RemoveOverride", responses, new StatusRefusals<RemoveOverrideResponse>(), failed)
        .answer(
            () ->
                Deeds.logged(
                    "take back what was laid down for " + request.getFunctions(),
                    overriding.takeBack(request.getFunctions())),
            done -> RemoveOverrideResponse.getDefaultInstance(),
            () -> "functions " + request.getFunctions());
  }

  void list(StreamObserver<ListOverridesResponse> responses) {
    new UnaryCall<>("ListOverrides", responses, new StatusRefusals<ListOverridesResponse>(), failed)
        .answer(
            overriding::all,
            all ->
                ListOverridesResponse.newBuilder()
                    .addAllOverrides(all.stream().map(OverrideCalls::view).toList())
                    .build(),
            () -> "overrides");
  }

  private static String inWords(Override asked) {
    return TextFormat.printer().emittingSingleLine(true).printToString(asked).strip();
  }

  private CompletionStage<Overriding.Laid> lay(Override asked) {
    return overriding.lay(
        asked.getFunctions(),
        asked.getPolicy(),
        asked.hasMinInstances() ? given("min_instances", asked.getMinInstances()) : Ruling.OPEN,
        asked.hasMaxInstances() ? given("max_instances", asked.getMaxInstances()) : Ruling.OPEN,
        asked.hasProvisioned() ? given("provisioned", asked.getProvisioned()) : Ruling.OPEN,
        asked.hasFunction() ? function(asked) : null,
        asked.getWindowsList().stream().map(OverrideCalls::window).toList());
  }

  private static Window window(ProvisionedWindow of) {
    return new Window(
        of.getCron(),
        of.getZone().isEmpty() ? Window.UTC : of.getZone(),
        Durations.fromProto("windows.length", of.getLength()),
        of.getInstances());
  }

  /** A number that is there must not look as if it were left open. */
  private static int given(String field, int number) {
    if (number < 0) {
      throw ScalerException.invalid(
          field, "must be between 0 and " + Ruling.MOST_INSTANCES + ", is " + number);
    }
    return number;
  }

  private FunctionSpec function(Override asked) {
    Function function = asked.getFunction();
    return new FunctionSpec(
        function.getKey().isEmpty() ? asked.getFunctions() : function.getKey(),
        function.getRuntime(),
        callRules.get().memoryMb("function.memory_mb", function.getMemoryMb()),
        function.hasTimeout()
            ? Durations.fromProto("function.timeout", function.getTimeout())
            : callRules.get().defaultTimeout());
  }

  /** What says more of this function than the default policy. */
  List<RuleView> rulesFor(String functionKey) {
    List<RuleView> views = new ArrayList<>(2);
    add(RuleView.Source.OPERATOR, rules.policy().ruling(functionKey), views);
    add(RuleView.Source.CONFIGURATION, rules.policy().rule(functionKey), views);
    return views;
  }

  private static void add(RuleView.Source source, @Nullable Rule rule, List<RuleView> views) {
    if (rule == null) {
      return;
    }
    Override.Builder view = Override.newBuilder().setFunctions(rule.functions());
    if (rule.policy() != null) {
      view.setPolicy(rule.policy().name());
    }
    if (rule.minInstances() != null) {
      view.setMinInstances(rule.minInstances());
    }
    if (rule.maxInstances() != null) {
      view.setMaxInstances(rule.maxInstances());
    }
    views.add(RuleView.newBuilder().setSource(source).setRule(view).build());
  }

  private static Override view(Ruling of) {
    Override.Builder view =
        Override.newBuilder().setFunctions(of.functions()).setPolicy(of.policy());
    if (of.minInstances() != Ruling.OPEN) {
      view.setMinInstances(of.minInstances());
    }
    if (of.maxInstances() != Ruling.OPEN) {
      view.setMaxInstances(of.maxInstances());
    }
    if (of.provisioned() != Ruling.OPEN) {
      view.setProvisioned(of.provisioned());
    }
    for (Window window : of.windows()) {
      view.addWindows(
          ProvisionedWindow.newBuilder()
              .setCron(window.cron())
              .setZone(window.zone())
              .setLength(Durations.toProto(window.length()))
              .setInstances(window.instances()));
    }
    FunctionSpec function = of.function();
    if (function != null) {
      view.setFunction(
          Function.newBuilder()
              .setKey(function.key())
              .setRuntime(function.runtime())
              .setMemoryMb(function.memoryMb())
              .setTimeout(Durations.toProto(function.timeout())));
    }
    return view.build();
  }
}
