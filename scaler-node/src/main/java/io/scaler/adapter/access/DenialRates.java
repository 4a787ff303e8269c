package io.scaler.adapter.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Denial;
import io.scaler.service.Network;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How often credentials from one address may turn out not to count: a token bucket for each
 * address, of which every denial takes one. While it is empty nothing that comes from there is
 * checked, lest checking keep the node from what it is for. Of addresses that come to be too many
 * to remember, those begin anew that were denied least.
 */
final class DenialRates {
  private static final long MOST_ADDRESSES = 100_000;

  private final int perSecond;
  private final ElapsedTime time;
  private final Cache<String, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(MOST_ADDRESSES).build();

  /**
   * @param perSecond at least 1; twice as many may come at once
   * @param nanoTime for elapsed time only
   */
  DenialRates(int perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.time = new ElapsedTime(nanoTime);
  }

  /** Null for an address that may show something to be checked. */
  @Nullable Denied refusal(String address) {
    Bucket bucket = buckets.getIfPresent(Network.of(address));
    if (bucket == null || bucket.getAvailableTokens() > 0) {
      return null;
    }
    return new Denied(
        Denial.TOO_MANY_CALLS,
        "too many calls from %s showed nothing that counts (access.denials-per-second)"
            .formatted(address),
        Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill()));
  }

  /** What a call from the address has shown does not count. */
  void denied(String address) {
    Objects.requireNonNull(buckets.get(Network.of(address), each -> full())).tryConsume(1);
  }

  private Bucket full() {
    return Bucket.builder()
        .addLimit(
            limit -> limit.capacity(2L * perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .withCustomTimePrecision(time)
        .build();
  }
}
