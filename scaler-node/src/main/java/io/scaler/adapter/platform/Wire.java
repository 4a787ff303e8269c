package io.scaler.adapter.platform;

import com.google.protobuf.Timestamp;
import io.scaler.model.FunctionSpec;
import io.scaler.v1.Function;
import java.time.Duration;
import java.time.Instant;

/** Values of the domain in the messages of {@code scaler.v1}, and back. */
final class Wire {
  /** The domain of an error that a platform itself answers. */
  static final String ERROR_DOMAIN = "scaler.io";

  /** So long a duration that every rule refuses it, and adding to it does not overflow. */
  private static final long MOST_SECONDS = Integer.MAX_VALUE;

  private Wire() {}

  static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /** What is longer than about 68 years is shortened to that. */
  static Duration duration(com.google.protobuf.Duration duration) {
    long seconds = Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, duration.getSeconds()));
    return Duration.ofSeconds(seconds, duration.getNanos());
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /**
   * @throws java.time.DateTimeException beyond the range of {@link Instant}
   */
  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static Function function(FunctionSpec function) {
    return Function.newBuilder()
        .setKey(function.key())
        .setRuntime(function.runtime())
        .setMemoryMb(function.memoryMb())
        .setTimeout(duration(function.timeout()))
        .build();
  }

  /**
   * @throws io.scaler.model.ScalerException naming the field and the rule
   */
  static FunctionSpec function(Function function) {
    return new FunctionSpec(
        function.getKey(),
        function.getRuntime(),
        function.getMemoryMb(),
        duration(function.getTimeout()));
  }
}
