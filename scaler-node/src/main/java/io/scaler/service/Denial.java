package io.scaler.service;

import java.util.Locale;

/** Why a call, or a connection, is refused before anybody looks at what it asks for. */
public enum Denial {
  NO_CREDENTIALS(Kind.UNKNOWN),
  BAD_TOKEN(Kind.UNKNOWN),
  EXPIRED_TOKEN(Kind.UNKNOWN),
  BAD_CERTIFICATE(Kind.UNKNOWN),
  EXPIRED_CERTIFICATE(Kind.UNKNOWN),
  MISSING_ROLE(Kind.FORBIDDEN),
  TOO_MANY_CALLS(Kind.EXHAUSTED),
  TOO_MANY_CONNECTIONS(Kind.EXHAUSTED),
  TOO_MANY_CONNECTIONS_PER_ADDRESS(Kind.EXHAUSTED),
  MESSAGE_TOO_LARGE(Kind.EXHAUSTED);

  /** What a caller can do about it. */
  public enum Kind {
    /** Show other credentials. */
    UNKNOWN,
    /** Ask whoever gives out roles. */
    FORBIDDEN,
    /** Ask for less, or later. */
    EXHAUSTED
  }

  private final Kind kind;

  Denial(Kind kind) {
    this.kind = kind;
  }

  /** What a caller can do about it. */
  public Kind kind() {
    return kind;
  }

  /** As metrics spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
