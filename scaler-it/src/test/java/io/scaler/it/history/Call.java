package io.scaler.it.history;

import java.time.Duration;
import java.time.Instant;

/**
 * One attempt at one call, as its caller saw it. All times are of one machine's clock.
 *
 * @param start just before it was sent
 * @param end just after its answer came
 * @param deadline by which an answer was due, since {@code start}
 * @param isCancelled its caller wanted no answer any more before one came
 * @param code of the answer; {@code OK}, or a gRPC status
 * @param reason that the server gave with a status; empty if there is none: it is the transport's
 * @param instanceId that was assigned or released; empty if there is none
 * @param token of the lease, by the answer; 0 if there is none
 * @param lease for how long an assigned instance may be held, by the answer
 */
public record Call(
    Method method,
    String function,
    String requestId,
    Instant start,
    Instant end,
    Duration deadline,
    boolean isCancelled,
    String code,
    String reason,
    String instanceId,
    long token,
    Duration lease) {

  /** Which call it is. */
  public enum Method {
    ASSIGN,
    RELEASE
  }

  /** The answer of a call that was given what it asked for. */
  public static final String OK = "OK";

  /** Its caller, or the transport, gave it up. */
  static final String CANCELLED = "CANCELLED";

  /** Its caller's time ran out. */
  public static final String DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED";

  boolean isAssigned() {
    return method == Method.ASSIGN && code.equals(OK);
  }

  boolean isRelease() {
    return method == Method.RELEASE;
  }

  /** Ended as its caller wished; nothing follows from that. */
  public boolean isGivenUp() {
    return isCancelled && code.equals(CANCELLED);
  }

  /** What was asked for had been held and given back. */
  boolean isFinished() {
    return answer().equals("FAILED_PRECONDITION/REQUEST_FINISHED");
  }

  /** The status with its reason. */
  String answer() {
    return reason.isEmpty() ? code : code + "/" + reason;
  }
}
