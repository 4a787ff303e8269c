package io.scaler.it.history;

import java.time.Duration;
import java.time.Instant;

/**
 * One attempt at one call, as its caller saw it. All times are of one machine's clock.
 *
 * @param start just before it was sent
 * @param end just after its answer came
 * @param deadline by which an answer was due, since {@code start}
 * @param code of the answer; {@code OK}, or a gRPC status
 * @param instanceId that was assigned or released; empty if there is none
 * @param lease for how long an assigned instance may be held, by the answer
 */
public record Call(
    Method method,
    String function,
    String requestId,
    Instant start,
    Instant end,
    Duration deadline,
    String code,
    String instanceId,
    Duration lease) {

  /** Which call it is. */
  public enum Method {
    ASSIGN,
    RELEASE
  }

  /** The answer of a call that was given what it asked for. */
  public static final String OK = "OK";

  boolean isAssigned() {
    return method == Method.ASSIGN && code.equals(OK);
  }

  boolean isRelease() {
    return method == Method.RELEASE;
  }
}
