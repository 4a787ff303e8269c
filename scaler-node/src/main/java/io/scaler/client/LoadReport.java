package io.scaler.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What came of a load test, target by target in the order given. */
record LoadReport(String contract, int concurrency, List<Target> targets) {

  /**
   * One round of one target.
   *
   * @param begun pairs; the sum of pairs, late and errors
   * @param pairs that ended within the round
   * @param late pairs that ended after it
   * @param errors by the call and the kind of its failure
   * @param pairMs Assign and Release together, without the hold
   */
  record Round(
      long begun,
      long pairs,
      long late,
      Map<String, Long> errors,
      double pairsPerSecond,
      Latency assignMs,
      Latency releaseMs,
      Latency pairMs) {}

  /**
   * One target; its numbers are the medians over its rounds, one by one, and its errors their sum.
   *
   * @param ratio of its pairs per second to the first target's
   */
  record Target(
      String name,
      double pairsPerSecond,
      double ratio,
      Latency assignMs,
      Latency releaseMs,
      Latency pairMs,
      Map<String, Long> errors,
      long heldTwice,
      List<String> heldTwiceExamples,
      List<Round> rounds) {

    /**
     * From a target's rounds.
     *
     * @param firstPairsPerSecond the first target's; zero if this is the first
     */
    static Target of(
        String name, List<Round> rounds, HoldHistory holds, double firstPairsPerSecond) {
      double pairsPerSecond = median(rounds, Round::pairsPerSecond);
      Map<String, Long> errors = new TreeMap<>();
      for (Round round : rounds) {
        round.errors().forEach((kind, count) -> errors.merge(kind, count, Long::sum));
      }
      return new Target(
          name,
          pairsPerSecond,
          firstPairsPerSecond > 0 ? pairsPerSecond / firstPairsPerSecond : 1,
          median(rounds.stream().map(Round::assignMs).toList()),
          median(rounds.stream().map(Round::releaseMs).toList()),
          median(rounds.stream().map(Round::pairMs).toList()),
          errors,
          holds.heldTwice(),
          holds.examples(),
          List.copyOf(rounds));
    }
  }

  /** Whether every call was served and no instance was held twice. */
  boolean isClean() {
    return targets.stream().allMatch(t -> t.errors().isEmpty() && t.heldTwice() == 0);
  }

  /** For people. */
  String table() {
    Table table = new Table();
    List<String> head = new ArrayList<>(List.of("target", "pairs/s"));
    if (targets.size() > 1) {
      head.add("ratio");
    }
    for (String call : List.of("Assign", "Release", "pair")) {
      head.addAll(List.of(call + " p50", "p99", "p99.9"));
    }
    head.addAll(List.of("errors", "held twice"));
    table.row(head.toArray(String[]::new));
    for (Target target : targets) {
      List<String> row =
          new ArrayList<>(List.of(target.name(), Table.number(target.pairsPerSecond(), 0)));
      if (targets.size() > 1) {
        row.add(Table.number(target.ratio(), 3));
      }
      for (Latency ms : List.of(target.assignMs(), target.releaseMs(), target.pairMs())) {
        row.add(Table.number(ms.p50(), 2));
        row.add(Table.number(ms.p99(), 2));
        row.add(Table.number(ms.p999(), 2));
      }
      row.add(Table.number(target.errors().values().stream().mapToLong(n -> n).sum()));
      row.add(Table.number(target.heldTwice()));
      table.row(row.toArray(String[]::new));
    }
    StringBuilder text = new StringBuilder(table.toString());
    text.append("latencies in ms\n");
    for (Target target : targets) {
      target
          .errors()
          .forEach(
              (kind, count) ->
                  text.append(target.name() + ": " + Table.number(count) + " x " + kind + "\n"));
      target
          .heldTwiceExamples()
          .forEach(example -> text.append(target.name() + ": held twice: " + example + "\n"));
    }
    return text.toString();
  }

  private static Latency median(List<Latency> rounds) {
    return new Latency(
        median(rounds, Latency::p50),
        median(rounds, Latency::p90),
        median(rounds, Latency::p99),
        median(rounds, Latency::p999),
        median(rounds, Latency::max));
  }

  private static <T> double median(List<T> rounds, ToDoubleFunction<T> number) {
    double[] sorted = rounds.stream().mapToDouble(number).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
