package io.scaler.client;

import io.scaler.model.StartKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What a replay has seen so far. May be used by many threads. */
final class ReplayTally {
  private static final int DIGITS = 3;

  private final Map<StartKind, Long> starts = new EnumMap<>(StartKind.class);
  private final Map<String, Long> failures = new TreeMap<>();
  private final Map<String, String> firstFailures = new LinkedHashMap<>();
  private final Histogram assign = new Histogram(DIGITS);
  private final Histogram release = new Histogram(DIGITS);
  private long sent;
  private long assigned;
  private long served;
  private long failed;
  private long failedExecutions;
  private long retries;
  private long latestNanos;
  private double executionSeconds;
  private double executionGbSeconds;
  private double latencySeconds;

  /**
   * A moment's numbers.
   *
   * @param starts how many requests got their instance which way; nothing where it is not told
   * @param failures by the call and the kind of its failure
   * @param firstFailures a message for each of them
   * @param latestNanos by how much the request that was sent latest was late
   */
  record Counts(
      long sent,
      long assigned,
      long served,
      long failed,
      Map<StartKind, Long> starts,
      Map<String, Long> failures,
      Map<String, String> firstFailures,
      long failedExecutions,
      long retries,
      long latestNanos,
      double executionSeconds,
      double executionGbSeconds,
      double latencySeconds,
      Latency assign,
      Latency release) {

    long done() {
      return served + failed;
    }

    long inFlight() {
      return sent - done();
    }

    /** How many started this way; null if the contract does not tell. */
    @Nullable Long started(StartKind kind) {
      return assigned > 0 && starts.isEmpty() ? null : Long.valueOf(starts.getOrDefault(kind, 0L));
    }
  }

  synchronized void sent(long lateNanos) {
    sent++;
    latestNanos = Math.max(latestNanos, lateNanos);
  }

  synchronized void assigned(@Nullable StartKind kind) {
    assigned++;
    if (kind != null) {
      starts.merge(kind, 1L, Long::sum);
    }
  }

  synchronized void executed(Duration execution, double gbSeconds, boolean fails) {
    executionSeconds += execution.toNanos() / 1e9;
    executionGbSeconds += gbSeconds;
    failedExecutions += fails ? 1 : 0;
  }

  synchronized void served(long assignNanos, long releaseNanos) {
    served++;
    assign.recordValue(assignNanos);
    release.recordValue(releaseNanos);
    latencySeconds += (assignNanos + releaseNanos) / 1e9;
  }

  synchronized void failed(String kind, String message) {
    failed++;
    failures.merge(kind, 1L, Long::sum);
    firstFailures.putIfAbsent(kind, message);
  }

  synchronized void retried() {
    retries++;
  }

  synchronized Counts counts() {
    return new Counts(
        sent,
        assigned,
        served,
        failed,
        Map.copyOf(starts),
        new TreeMap<>(failures),
        new LinkedHashMap<>(firstFailures),
        failedExecutions,
        retries,
        latestNanos,
        executionSeconds,
        executionGbSeconds,
        latencySeconds,
        Latency.of(assign),
        Latency.of(release));
  }
}
