package io.scaler.trace;

/**
 * The score of the 2023 serverless cold-start challenge: half for memory that was put to use, half
 * for time that was spent executing rather than waiting.
 */
public final class ContestScore {
  /** Below this share of calls that succeed the score is zero. */
  static final double LEAST_SUCCESS = 0.9995;

  private ContestScore() {}

  /**
   * From 0 to 100; higher is better.
   *
   * @param executionGbSeconds memory times execution, over all served requests
   * @param slotGbSeconds memory times life, over all slots; zero makes its half zero
   * @param executionSeconds over all served requests
   * @param latencySeconds of Assign and Release, over all served requests
   */
  public static double of(
      double executionGbSeconds,
      double slotGbSeconds,
      double executionSeconds,
      double latencySeconds,
      long served,
      long requests) {
    if (requests == 0 || served < LEAST_SUCCESS * requests) {
      return 0;
    }
    return half(executionGbSeconds, slotGbSeconds)
        + half(executionSeconds, executionSeconds + latencySeconds);
  }

  /** One half of the score, 0 to 50: the share that the part makes of the whole. */
  public static double half(double part, double whole) {
    return whole > 0 ? 50 * part / whole : 0;
  }
}
