package io.scaler.client;

import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.HotFunction;
import io.scaler.v1.NodeView;
import io.scaler.v1.PoolCounts;
import io.scaler.v1.Starts;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A live view of a cluster. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows what a cluster does: requests a second by how they start, instances, the hottest"
          + " functions. Rates are of the time since it last looked; those of functions are"
          + " averages in which the last 15 s count half. Refreshes in place on a terminal, until"
          + " interrupted; elsewhere it prints one block after another."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  top", "  top --every 5", "  top --once --json"})
public final class TopCommand implements Callable<Integer> {
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";
  private static final String CLEAR_ALL = "\u001b[2J";
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int PERCENT = 100;

  @Mixin private final AdminCall admin = new AdminCall();

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "How often to refresh, 1 to 3600 (default: ${DEFAULT-VALUE}).")
  private int every = 2;

  @Option(names = "--once", description = "Print one block, over the first such interval, and end.")
  private boolean once;

  /** For picocli. */
  public TopCommand() {}

  /** What was seen, and when. */
  private record Seen(GetStatusResponse status, long nanos) {}

  /** Assigns a second. */
  private record Rates(double warm, double waited, double cold, double failed) {
    static final Rates NONE = new Rates(0, 0, 0, 0);

    static Rates between(Starts before, Starts after, double seconds) {
      return new Rates(
          (after.getWarm() - before.getWarm()) / seconds,
          (after.getWaited() - before.getWaited()) / seconds,
          (after.getCold() - before.getCold()) / seconds,
          (after.getFailed() - before.getFailed()) / seconds);
    }

    Rates plus(Rates other) {
      return new Rates(
          warm + other.warm, waited + other.waited, cold + other.cold, failed + other.failed);
    }

    double served() {
      return warm + waited + cold;
    }
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    if (every < 1 || every > TimeUnit.HOURS.toSeconds(1)) {
      throw new ParameterException(
          spec.commandLine(), "--every: must be between 1 and 3600, is " + every);
    }
    boolean inPlace = Ansi.AUTO.enabled() && !once && !admin.isJson();
    return admin.talk(
        asking -> {
          Seen before = see(asking);
          String begin = inPlace ? CLEAR_ALL : "";
          boolean goesOn = true;
          while (goesOn && pause()) {
            Seen now = see(asking);
            String start = begin + (inPlace ? HOME_AND_CLEAR : "");
            Seen earlier = before;
            admin.say(now.status(), status -> start + inWords(earlier, now) + "\n");
            before = now;
            begin = "";
            goesOn = !once;
          }
        });
  }

  private static Seen see(AdminCall.Asking asking) {
    GetStatusResponse status =
        asking.ask(stub -> stub.getStatus(GetStatusRequest.getDefaultInstance()));
    return new Seen(status, System.nanoTime());
  }

  /** Returns false if interrupted. */
  private boolean pause() {
    try {
      TimeUnit.SECONDS.sleep(every);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String inWords(Seen before, Seen now) {
    Map<String, Rates> rates = rates(before, now);
    Rates all = rates.values().stream().reduce(Rates.NONE, Rates::plus);
    GetStatusResponse status = now.status();
    PoolCounts counts = status.getCounts();
    double cold = all.served() == 0 ? 0 : PERCENT * all.cold() / all.served();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            """
            %d of %d nodes, leader %s, copies %s
            starts a second  %,.1f warm, %,.1f after waiting, %,.1f cold (%.1f %%), %,.1f failed; over the last %.0f s
            instances        %,d idle, %,d busy, %,d starting, %,d being destroyed
            waiting          %,d

            """,
            status.getNodesCount(),
            status.getExpectedNodes(),
            status.getLeader().isEmpty() ? "none yet" : status.getLeader(),
            StatusCommand.copies(status),
            all.warm(),
            all.waited(),
            all.cold(),
            cold,
            all.failed(),
            seconds(before, now),
            counts.getIdle(),
            counts.getBusy(),
            counts.getStarting(),
            counts.getRetiring(),
            counts.getWaiting()));
    text.append(nodes(status, rates)).append('\n').append(functions(status));
    return text.toString();
  }

  private static double seconds(Seen before, Seen now) {
    return (now.nanos() - before.nanos()) / NANOS_PER_SECOND;
  }

  /** Of the nodes that were seen twice; one that has restarted has another id. */
  private static Map<String, Rates> rates(Seen before, Seen now) {
    double seconds = seconds(before, now);
    Map<String, Starts> earlier = new HashMap<>();
    before
        .status()
        .getNodeViewsList()
        .forEach(node -> earlier.put(node.getNode(), node.getStarts()));
    Map<String, Rates> rates = new HashMap<>();
    for (NodeView node : now.status().getNodeViewsList()) {
      Starts starts = earlier.get(node.getNode());
      if (starts != null) {
        rates.put(node.getNode(), Rates.between(starts, node.getStarts(), seconds));
      }
    }
    return rates;
  }

  private static Table nodes(GetStatusResponse status, Map<String, Rates> rates) {
    Table table = new Table();
    table.row("node", "state", "starts/s", "cold/s", "failed/s", "open calls", "launching");
    for (NodeView node : status.getNodeViewsList()) {
      Rates of = rates.getOrDefault(node.getNode(), Rates.NONE);
      table.row(
          node.getNode(),
          node.getState().toLowerCase(Locale.ROOT).replace('_', ' ')
              + (node.getLeads() ? ", leads" : "")
              + (node.getBreakerOpen() ? ", no platform" : ""),
          Table.number(of.served(), 1),
          Table.number(of.cold(), 1),
          Table.number(of.failed(), 1),
          Table.number((long) node.getOpenCalls()),
          Table.number((long) node.getLaunching()));
    }
    return table;
  }

  private static Table functions(GetStatusResponse status) {
    Table table = new Table();
    table.row("hottest functions; the last 15 s count half", "calls/s", "cold/s");
    for (HotFunction function : status.getHottestList()) {
      table.row(
          function.getKey(),
          Table.number(function.getCallsPerSecond(), 1),
          Table.number(function.getColdPerSecond(), 2));
    }
    return table;
  }
}
