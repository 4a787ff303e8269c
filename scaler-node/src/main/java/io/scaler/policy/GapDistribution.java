package io.scaler.policy;

import io.scaler.demand.LogLinearHistogram;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How long it takes for a level of concurrency to be reached again, as a probability distribution:
 * weights spread evenly over intervals, and a share of gaps that never end. In seconds.
 */
final class GapDistribution {
  private final double[] edges;

  /** By edge: the probability that a gap lasts longer. */
  private final double[] longer;

  /** By edge: the expected time of a gap that has passed by then. */
  private final double[] passed;

  private GapDistribution(double[] edges, double[] longer, double[] passed) {
    this.edges = edges;
    this.longer = longer;
    this.passed = passed;
  }

  /**
   * What an instance costs a level during a gap, in GB*s.
   *
   * @param memory what a second of keeping it costs
   * @param launch what launching it ahead of its use costs
   * @param miss what it costs if the level is reached again and it is not there
   * @param coldStart how long a launch takes, in s
   */
  record Costs(double memory, double launch, double miss, double coldStart) {}

  /**
   * What to do in a gap: keep until, and be there again between two instants. In seconds since its
   * begin.
   *
   * @param launchBefore until when a missing instance is worth launching in order to be kept
   * @param until not after {@code from} if it is not to be there again
   * @param cost expected, of the whole gap
   */
  record Window(double keep, double launchBefore, double from, double until, double cost) {}

  /**
   * The window of least expected cost, of those that begin and end at edges.
   *
   * <p>With gap G, keeping until t costs m E[min(G,t)] + K P(G>t), for memory m and miss K. To be
   * there again from a until b costs m (E[min(G,b)] - E[min(G,a)]) + L P(G>a) + K P(G>b) for launch
   * L, and saves K P(G>a). The sum falls apart into a part for each of t <= a < b, so that one pass
   * over the edges finds the best.
   */
  Window best(Costs costs) {
    int n = edges.length;
    double[] until = new double[n];
    int[] untilAt = new int[n];
    for (int i = n - 1; i >= 0; i--) {
      until[i] = costs.memory() * passed[i] + costs.miss() * longer[i];
      untilAt[i] = i;
      if (i < n - 1 && until[i + 1] < until[i]) {
        until[i] = until[i + 1];
        untilAt[i] = untilAt[i + 1];
      }
    }
    int keep = 0;
    int bestKeep = untilAt[0];
    int bestFrom = -1;
    double least = until[0];
    double leastKeep = Double.POSITIVE_INFINITY;
    for (int a = 0; a < n - 1; a++) {
      double kept = costs.memory() * passed[a] + costs.miss() * longer[a];
      if (kept < leastKeep) {
        leastKeep = kept;
        keep = a;
      }
      double again =
          (costs.launch() - costs.miss()) * longer[a] - costs.memory() * passed[a] + until[a + 1];
      if (leastKeep + again < least - 1e-12) {
        least = leastKeep + again;
        bestKeep = keep;
        bestFrom = a;
      }
    }
    double launchBefore = launchBefore(bestKeep, costs);
    return bestFrom < 0
        ? new Window(edges[bestKeep], launchBefore, 0, 0, least)
        : new Window(
            edges[bestKeep], launchBefore, edges[bestFrom], edges[untilAt[bestFrom + 1]], least);
  }

  /** Up to which edge launching a missing instance, and keeping it as long, costs less than not. */
  private double launchBefore(int keep, Costs costs) {
    double before = 0;
    for (int i = 0; i <= keep && longer[i] > 0; i++) {
      double ready = edges[i] + costs.coldStart();
      if (ready >= edges[keep]) {
        break;
      }
      double longerThanReady = longerThan(ready);
      double launching =
          costs.launch() * longer[i]
              + costs.memory() * (passed[keep] - passedAt(ready))
              + costs.miss() * (longer[keep] + longer[i] - longerThanReady);
      if (launching >= costs.miss() * longer[i]) {
        break;
      }
      before = i < edges.length - 1 ? edges[i + 1] : edges[i];
    }
    return before;
  }

  private double longerThan(double time) {
    int i = edgeAfter(time);
    return i == edges.length ? longer[i - 1] : between(i, time, longer);
  }

  private double passedAt(double time) {
    int i = edgeAfter(time);
    return i == edges.length ? passed[i - 1] : between(i, time, passed);
  }

  private int edgeAfter(double time) {
    int found = Arrays.binarySearch(edges, time);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private double between(int i, double time, double[] values) {
    double share = (time - edges[i - 1]) / (edges[i] - edges[i - 1]);
    return values[i - 1] + share * (values[i] - values[i - 1]);
  }

  /** Collects weights: those of a histogram's bins, and those of any other intervals. */
  static final class Builder {
    private static final double NARROWEST = 1e-3;

    /** Where each bin of a {@link LogLinearHistogram} begins, and where the last ends. */
    private static final double[] BIN_EDGES =
        IntStream.rangeClosed(0, LogLinearHistogram.BINS)
            .mapToDouble(bin -> LogLinearHistogram.lowest(bin) / 1e3)
            .toArray();

    private final double[] bins = new double[LogLinearHistogram.BINS];
    private double[] from = new double[64];
    private double[] to = new double[64];
    private double[] densities = new double[64];
    private int size;
    private double total;
    private double never;

    /** Gaps between these lengths, in s, all of them as likely. */
    Builder add(double shortest, double longest, double weight) {
      double begin = Math.max(0, shortest);
      double end = Math.max(begin + NARROWEST, longest);
      total += weight;
      if (size == from.length) {
        from = Arrays.copyOf(from, 2 * size);
        to = Arrays.copyOf(to, 2 * size);
        densities = Arrays.copyOf(densities, 2 * size);
      }
      from[size] = begin;
      to[size] = end;
      densities[size] = weight / (end - begin);
      size++;
      return this;
    }

    /** Gaps of a bin of a {@link LogLinearHistogram}, all of them as likely. */
    Builder addBin(int bin, double weight) {
      total += weight;
      bins[bin] += weight;
      return this;
    }

    /** Gaps that never end. */
    Builder addNever(double weight) {
      never += weight;
      return this;
    }

    GapDistribution build() {
      double[] loose = Arrays.copyOf(from, 2 * size);
      System.arraycopy(to, 0, loose, size, size);
      Arrays.sort(loose);
      double[] edges = new double[loose.length + bins.length + 2];
      double[] steps = new double[edges.length];
      // The first is zero. A bin begins where the one before it ends.
      int found = 1;
      int next = 0;
      double before = 0;
      for (int bin = 0; bin <= bins.length; bin++) {
        double density =
            bin == bins.length || bins[bin] == 0
                ? 0
                : bins[bin] / (BIN_EDGES[bin + 1] - BIN_EDGES[bin]);
        if (density == before) {
          continue;
        }
        while (next < loose.length && loose[next] < BIN_EDGES[bin]) {
          found = withEdge(edges, found, loose[next++]);
        }
        found = withEdge(edges, found, BIN_EDGES[bin]);
        steps[found - 1] = density - before;
        before = density;
      }
      while (next < loose.length) {
        found = withEdge(edges, found, loose[next++]);
      }
      for (int i = 0; i < size; i++) {
        steps[Arrays.binarySearch(edges, 0, found, from[i])] += densities[i];
        steps[Arrays.binarySearch(edges, 0, found, to[i])] -= densities[i];
      }
      return integrated(Arrays.copyOf(edges, found), steps);
    }

    /** Returns how many there are with the one that follows them, which may be their last again. */
    private static int withEdge(double[] edges, int found, double edge) {
      edges[found] = edge;
      return edge > edges[found - 1] ? found + 1 : found;
    }

    /**
     * @param steps by edge: by how much the density grows there
     */
    private GapDistribution integrated(double[] edges, double[] steps) {
      double all = total + never;
      double[] longer = new double[edges.length];
      double[] passed = new double[edges.length];
      double density = 0;
      double ended = 0;
      longer[0] = 1;
      for (int i = 1; i < edges.length; i++) {
        double width = edges[i] - edges[i - 1];
        density += steps[i - 1];
        ended += density * width;
        longer[i] = Math.max(never / all, 1 - ended / all);
        passed[i] = passed[i - 1] + width * (longer[i - 1] + longer[i]) / 2;
      }
      return new GapDistribution(edges, longer, passed);
    }
  }
}
