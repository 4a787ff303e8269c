package io.scaler.policy;

import java.util.Arrays;

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

  /** Collects weights. */
  static final class Builder {
    private static final double NARROWEST = 1e-3;

    private double[] from = new double[64];
    private double[] to = new double[64];
    private double[] weights = new double[64];
    private int size;
    private double total;
    private double never;
    private int nearby;

    /** Gaps between these lengths, in s, all of them as likely. */
    Builder add(double shortest, double longest, double weight) {
      double begin = Math.max(0, shortest);
      double end = Math.max(begin + NARROWEST, longest);
      total += weight;
      int same = sameFrom(begin);
      if (same < size && from[same] == begin && to[same] == end) {
        weights[same] += weight;
        return this;
      }
      if (size == from.length) {
        from = Arrays.copyOf(from, 2 * size);
        to = Arrays.copyOf(to, 2 * size);
        weights = Arrays.copyOf(weights, 2 * size);
      }
      from[size] = begin;
      to[size] = end;
      weights[size] = weight;
      size++;
      return this;
    }

    /** Where an interval that begins so would be: most come in the order of others before them. */
    private int sameFrom(double begin) {
      if (nearby >= size || from[nearby] > begin) {
        nearby = 0;
      }
      while (nearby < size && from[nearby] < begin) {
        nearby++;
      }
      return nearby;
    }

    /** Gaps that never end. */
    Builder addNever(double weight) {
      never += weight;
      return this;
    }

    GapDistribution build() {
      double[] edges = edges();
      double[] steps = new double[edges.length];
      int at = 0;
      for (int i = 0; i < size; i++) {
        double density = weights[i] / (to[i] - from[i]);
        at = indexOf(edges, from[i], at);
        steps[at] += density;
        steps[indexOf(edges, to[i], at)] -= density;
      }
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

    /** Where an edge is, looked for from one nearby: most weights come in the order of lengths. */
    private static int indexOf(double[] edges, double edge, int nearby) {
      int at = nearby;
      while (edges[at] < edge) {
        at++;
      }
      while (edges[at] > edge) {
        at--;
      }
      return at;
    }

    /** In ascending order, the first being zero. */
    private double[] edges() {
      double[] all = new double[2 * size + 1];
      int found = 1;
      for (int i = 0; i < size; i++) {
        // A bin begins where the one before it ends.
        if (from[i] != all[found - 1]) {
          all[found] = from[i];
          found++;
        }
        all[found] = to[i];
        found++;
      }
      return distinct(merged(all, found), found);
    }

    /** Sorts what is ascending for long stretches already, by merging these. */
    private static double[] merged(double[] values, int length) {
      double[] source = values;
      double[] target = new double[length];
      while (endOfRun(source, 0, length) < length) {
        for (int begin = 0; begin < length; ) {
          int middle = endOfRun(source, begin, length);
          int end = middle < length ? endOfRun(source, middle, length) : length;
          merge(source, begin, middle, end, target);
          begin = end;
        }
        double[] done = target;
        target = source;
        source = done;
      }
      return source;
    }

    private static int endOfRun(double[] values, int begin, int length) {
      int end = begin + 1;
      while (end < length && values[end - 1] <= values[end]) {
        end++;
      }
      return end;
    }

    private static void merge(double[] source, int begin, int middle, int end, double[] target) {
      int left = begin;
      int right = middle;
      for (int i = begin; i < end; i++) {
        boolean isLeft = right == end || (left < middle && source[left] <= source[right]);
        target[i] = isLeft ? source[left++] : source[right++];
      }
    }

    private static double[] distinct(double[] sorted, int length) {
      int kept = 1;
      for (int i = 1; i < length; i++) {
        if (sorted[i] > sorted[kept - 1]) {
          sorted[kept] = sorted[i];
          kept++;
        }
      }
      return Arrays.copyOf(sorted, kept);
    }
  }
}
