package io.scaler.service;

import java.time.Duration;

/**
 * How a node treats the calls that wait for an instance.
 *
 * @param calls open at a time on this node; one more is refused
 * @param askAgainAfter how long to wait for a message before asking again; twice as long before
 *     each further time, up to eight times as long or half of the patience that is left
 * @param overtime how long after the patience has run out the pool's own refusal is waited for;
 *     less than what a patience leaves of its caller's deadline, so that every call ends before
 *     that
 */
public record CallLimits(int calls, Duration askAgainAfter, Duration overtime) {
  public static final CallLimits DEFAULT =
      new CallLimits(50_000, Duration.ofMillis(300), Duration.ofMillis(100));

  /** How long a call with this patience lasts at most: never half as long again. */
  public Duration longest(Duration patience) {
    Duration half = patience.dividedBy(2);
    return patience.plus(overtime.compareTo(half) < 0 ? overtime : half);
  }
}
