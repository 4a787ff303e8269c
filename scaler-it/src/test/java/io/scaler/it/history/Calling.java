package io.scaler.it.history;

import java.time.Duration;
import java.time.Instant;

/** Makes a call for a test that says only how it differs from another. */
final class Calling {
  private static final Instant ZERO = Instant.parse("2024-03-01T12:00:00Z");

  private final Call like;
  private String function;
  private String requestId;
  private Instant start;
  private Instant end;
  private boolean isCancelled;
  private String code;
  private String reason;
  private String instanceId;
  private long token;
  private Duration lease;

  private Calling(Call like) {
    this.like = like;
    this.function = like.function();
    this.requestId = like.requestId();
    this.start = like.start();
    this.end = like.end();
    this.isCancelled = like.isCancelled();
    this.code = like.code();
    this.reason = like.reason();
    this.instanceId = like.instanceId();
    this.token = like.token();
    this.lease = like.lease();
  }

  static Calling like(Call call) {
    return new Calling(call);
  }

  Call call() {
    return new Call(
        like.method(),
        function,
        requestId,
        start,
        end,
        like.deadline(),
        isCancelled,
        code,
        reason,
        instanceId,
        token,
        lease);
  }

  Calling function(String other) {
    function = other;
    return this;
  }

  Calling request(String other) {
    requestId = other;
    return this;
  }

  Calling instance(String other) {
    instanceId = other;
    return this;
  }

  Calling token(long other) {
    token = other;
    return this;
  }

  Calling lease(Duration other) {
    lease = other;
    return this;
  }

  Calling cancelled() {
    isCancelled = true;
    return this;
  }

  /** Without an instance. */
  Calling code(String other, String why) {
    code = other;
    reason = why;
    instanceId = "";
    token = 0;
    lease = Duration.ZERO;
    return this;
  }

  Calling between(Instant from, Instant to) {
    start = from;
    end = to;
    return this;
  }

  /** In ms. */
  Calling between(long from, long to) {
    return between(ZERO.plusMillis(from), ZERO.plusMillis(to));
  }

  /** In ms, a millisecond after it began. */
  Calling ending(long to) {
    return between(to - 1, to);
  }
}
