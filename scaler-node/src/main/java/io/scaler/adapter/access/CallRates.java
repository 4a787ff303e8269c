package io.scaler.adapter.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.scaler.service.Admission;
import io.scaler.service.Denial;
import io.scaler.service.Right;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often each caller may call: a token bucket for each of its rights, but for releases, which
 * are not limited, and a larger one for renewals, of which one instance takes many. Of callers that
 * come to be too many to remember, the one that called longest ago begins anew.
 */
final class CallRates {
  private static final long MOST_CALLERS = 100_000;
  private static final int RENEWALS = 10;

  private record Budget(String caller, Right right) {}

  private final int perSecond;
  private final int burst;
  private final ElapsedTime time;
  private final Cache<Budget, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(MOST_CALLERS).build();

  /**
   * @param perSecond at least 1
   * @param burst at least 1
   * @param nanoTime for elapsed time only
   */
  CallRates(int perSecond, int burst, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.time = new ElapsedTime(nanoTime);
  }

  Admission take(Caller caller, Right right) {
    int times =
        switch (right) {
          case NONE, RELEASE -> 0;
          case RENEW -> RENEWALS;
          case ASSIGN, VIEW, OPERATE -> 1;
        };
    if (times == 0) {
      return new Admission.Admitted(caller.name());
    }
    ConsumptionProbe probe =
        buckets
            .get(new Budget(caller.name(), right), budget -> full(times))
            .tryConsumeAndReturnRemaining(1);
    if (probe.isConsumed()) {
      return new Admission.Admitted(caller.name());
    }
    return new Admission.Denied(
        Denial.TOO_MANY_CALLS,
        "%s may %s %d times a second (access.calls-per-second)"
            .formatted(caller.name(), right.verb(), (long) perSecond * times),
        Duration.ofNanos(probe.getNanosToWaitForRefill()));
  }

  private Bucket full(int times) {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity((long) burst * times)
                    .refillGreedy((long) perSecond * times, Duration.ofSeconds(1)))
        .withCustomTimePrecision(time)
        .build();
  }
}
