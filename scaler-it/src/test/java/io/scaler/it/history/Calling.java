package io.scaler.it.history;

import java.time.Duration;
import java.time.Instant;

/** Makes a call for a test that says only how it differs from another. */
final class Calling {
  private static final Instant ZERO = Instant.parse("2024-03-01T12:00:00Z");

  private final Call call;

  private Calling(Call call) {
    this.call = call;
  }

  static Calling like(Call call) {
    return new Calling(call);
  }

  Call call() {
    return call;
  }

  Calling function(String function) {
    return new Calling(
        new Call(
            call.method(),
            function,
            call.requestId(),
            call.start(),
            call.end(),
            call.deadline(),
            call.isCancelled(),
            call.code(),
            call.reason(),
            call.instanceId(),
            call.token(),
            call.lease()));
  }

  Calling request(String requestId) {
    return new Calling(
        new Call(
            call.method(),
            call.function(),
            requestId,
            call.start(),
            call.end(),
            call.deadline(),
            call.isCancelled(),
            call.code(),
            call.reason(),
            call.instanceId(),
            call.token(),
            call.lease()));
  }

  Calling instance(String instanceId) {
    return new Calling(
        new Call(
            call.method(),
            call.function(),
            call.requestId(),
            call.start(),
            call.end(),
            call.deadline(),
            call.isCancelled(),
            call.code(),
            call.reason(),
            instanceId,
            call.token(),
            call.lease()));
  }

  Calling token(long token) {
    return new Calling(
        new Call(
            call.method(),
            call.function(),
            call.requestId(),
            call.start(),
            call.end(),
            call.deadline(),
            call.isCancelled(),
            call.code(),
            call.reason(),
            call.instanceId(),
            token,
            call.lease()));
  }

  Calling lease(Duration lease) {
    return new Calling(
        new Call(
            call.method(),
            call.function(),
            call.requestId(),
            call.start(),
            call.end(),
            call.deadline(),
            call.isCancelled(),
            call.code(),
            call.reason(),
            call.instanceId(),
            call.token(),
            lease));
  }

  Calling cancelled() {
    return new Calling(
        new Call(
            call.method(),
            call.function(),
            call.requestId(),
            call.start(),
            call.end(),
            call.deadline(),
            true,
            call.code(),
            call.reason(),
            call.instanceId(),
            call.token(),
            call.lease()));
  }

  Calling code(String code, String reason) {
    return new Calling(
        new Call(
            call.method(),
            call.function(),
            call.requestId(),
            call.start(),
            call.end(),
            call.deadline(),
            call.isCancelled(),
            code,
            reason,
            "",
            0,
            Duration.ZERO));
  }

  Calling between(Instant start, Instant end) {
    return new Calling(
        new Call(
            call.method(),
            call.function(),
            call.requestId(),
            start,
            end,
            call.deadline(),
            call.isCancelled(),
            call.code(),
            call.reason(),
            call.instanceId(),
            call.token(),
            call.lease()));
  }

  /** In ms. */
  Calling between(long start, long end) {
    return between(ZERO.plusMillis(start), ZERO.plusMillis(end));
  }

  /** In ms, a millisecond after it began. */
  Calling ending(long end) {
    return between(end - 1, end);
  }
}
