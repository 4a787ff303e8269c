package io.scaler.service;

import io.scaler.service.Vitals.Hot;
import io.scaler.service.Vitals.Stock;
import io.scaler.service.Vitals.Tally;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has this node tell all others how it is, and write down what it heard of them. To be run every
 * {@link Vitals#EVERY}, by one thread; any number ask.
 */
public final class VitalsDuty implements Runnable {
  private static final int MOST_HOT = 30;

  private final Sources sources;
  private final Mailbox mailbox;
  private final Chronicle chronicle;
  private final InstantSource clock;

  /** Of the last {@link Chronicle#SPAN}, the oldest first. */
  private final Deque<Tally> tallies = new ArrayDeque<>();

  private @Nullable Instant lastRun;
  private double heldGbSeconds;
  private double wastedGbSeconds;
  private volatile Tally latest = Tally.NONE;
  private volatile Tally window = Tally.NONE;
  private volatile List<Hot> hottest = List.of();

  /**
   * What a node knows of itself.
   *
   * @param node its id
   * @param leadership this node's part in it
   * @param notReady why calls should go elsewhere; empty while they may come
   * @param isSafe whether all that it owns has its copies
   * @param refusesLaunches whether the platform is taken to be unavailable
   * @param counts of the pools that it owns
   * @param isOwned whether it owns a function's pool, by its key
   * @param members ids of the cluster's nodes
   */
  public record Sources(
      String node,
      Leadership leadership,
      Supplier<Optional<String>> notReady,
      Supplier<Boolean> isSafe,
      Supplier<Boolean> refusesLaunches,
      Supplier<PoolCounts.Sum> counts,
      Predicate<String> isOwned,
      Supplier<? extends Collection<String>> members,
      WatchedRequests requests,
      HotFunctions hot,
      RecentFailures failures,
      Alternatives alternatives) {}

  public VitalsDuty(Sources sources, Mailbox mailbox, Chronicle chronicle, InstantSource clock) {
    this.sources = sources;
    this.mailbox = mailbox;
    this.chronicle = chronicle;
    this.clock = clock;
  }

  @Override
  public void run() {
    Instant now = clock.instant();
    Instant before = lastRun;
    lastRun = now;
    // Where the clock was set back, nothing is taken to have passed.
    Duration passed =
        before == null || before.isAfter(now) ? Duration.ZERO : Duration.between(before, now);
    Stock stock = stock();
    tally(stock, passed);
    hottest = sources.hot().look(passed, MOST_HOT);
    mailbox.broadcast(
        new Mailbox.Message.Told(
            new Vitals(
                sources.node(),
                sources.leadership().epoch().orElse(0),
                sources.notReady().get().orElse(""),
                sources.isSafe().get(),
                sources.refusesLaunches().get(),
                latest,
                stock,
                hottest,
                sources.failures().take())));
    chronicle.step(sources.members().get(), now);
  }

  private Stock stock() {
    PoolCounts.Sum counts = sources.counts().get();
    return new Stock(
        counts.pools(),
        counts.idle(),
        counts.busy(),
        counts.starting(),
        counts.retiring(),
        counts.waiting(),
        counts.busyGb(),
        counts.wastedGb());
  }

  private void tally(Stock stock, Duration passed) {
    double seconds = passed.toNanos() / 1e9;
    heldGbSeconds += (stock.busyGb() + stock.wastedGb()) * seconds;
    wastedGbSeconds += stock.wastedGb() * seconds;
    Alternatives.Sum others = sources.alternatives().sum(sources.isOwned());
    NodeReport.Starts starts = sources.requests().starts();
    latest =
        new Tally(
            starts.warm(),
            starts.waited(),
            starts.cold(),
            starts.failed(),
            heldGbSeconds,
            wastedGbSeconds,
            others.fixedGbSeconds(),
            others.fixedCold(),
            others.bestGbSeconds());
    tallies.addLast(latest);
    if (tallies.size() > Chronicle.SPAN.dividedBy(Vitals.EVERY)) {
      tallies.removeFirst();
    }
    window = latest.since(tallies.getFirst());
  }

  /** What this node counted since it started. */
  public Tally sinceStart() {
    return latest;
  }

  /** The functions that were asked for most through this node, as it told last. */
  public List<Hot> hottest(int most) {
    List<Hot> told = hottest;
    return told.subList(0, Math.min(most, told.size()));
  }

  /** What it counted in the last {@link Chronicle#SPAN}. */
  public Tally lately() {
    return window;
  }
}
