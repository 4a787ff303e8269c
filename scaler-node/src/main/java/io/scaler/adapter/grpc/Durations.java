package io.scaler.adapter.grpc;

import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import java.time.Duration;

/** Durations of the wire and of the domain. */
final class Durations {
  /** What protobuf's own rule allows: about 10,000 years. */
  private static final long MOST_SECONDS = 315_576_000_000L;

  private Durations() {}

  static com.google.protobuf.Duration toProto(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /**
   * @throws ScalerException {@link Reason#INVALID_FIELD} if it is not a duration by protobuf's rule
   */
  static Duration fromProto(String field, com.google.protobuf.Duration duration) {
    long seconds = duration.getSeconds();
    int nanos = duration.getNanos();
    if (Math.abs(nanos) > 999_999_999
        || seconds > MOST_SECONDS
        || seconds < -MOST_SECONDS
        || Long.signum(seconds) * Integer.signum(nanos) < 0) {
      throw ScalerException.invalid(
          field, "must be a valid duration, is %d s and %d ns".formatted(seconds, nanos));
    }
    return Duration.ofSeconds(seconds, nanos);
  }
}
