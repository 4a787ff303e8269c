package io.scaler.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that is not served, for a reason its caller can act on. Carries no stack trace. */
public final class ScalerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final @Nullable String field;
  private final @Nullable Duration retryAfter;

  private ScalerException(
      Reason reason, @Nullable String field, String message, @Nullable Duration retryAfter) {
    super(message, null, false, false);
    this.reason = reason;
    this.field = field;
    this.retryAfter = retryAfter;
  }

  public static ScalerException of(Reason reason, String message) {
    return new ScalerException(reason, null, message, null);
  }

  /** A refusal that may pass if repeated after {@code retryAfter}. */
  public static ScalerException retryable(Reason reason, String message, Duration retryAfter) {
    return new ScalerException(reason, null, message, retryAfter);
  }

  /**
   * Bad input.
   *
   * @param field the field as the wire spells it, e.g. {@code function.key}
   * @param rule what it must be and what it was, e.g. {@code must have 1 to 256 characters, has 0}
   */
  public static ScalerException invalid(String field, String rule) {
    return new ScalerException(Reason.INVALID_FIELD, field, field + ": " + rule, null);
  }

  public Reason reason() {
    return reason;
  }

  /** The field that breaks its rule, for {@link Reason#INVALID_FIELD} only. */
  public Optional<String> field() {
    return Optional.ofNullable(field);
  }

  /** When repeating the call may help; empty where it will not. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
