package io.scaler.pool;

/** What holds of every pool at any time. */
enum Invariant {
  /** An instance is held by at most one live request, and only its holder can release it. */
  HELD_BY_ONE,
  /** A request never holds two instances; a repeated assign gets the same one. */
  HOLDS_ONE,
  /** An instance that is retiring, expired, unhealthy or unknown is never assigned. */
  RETIRED_NEVER_ASSIGNED,
  /** Nothing is destroyed twice, nothing that the platform runs is forgotten. */
  CONSERVED,
  /** The limits are never exceeded. */
  WITHIN_LIMITS,
  /** Every waiter gets an instance or an error by its deadline, first come, first served. */
  WAITERS_SERVED,
  /** A lease that ran out ends in the instance's destruction, and no other lease ends so. */
  LEASES_END,
  /** A leader that was superseded changes nothing. */
  LEADERS_FENCED,
  /** What time brings about is due in time, and a pool with nothing to do is left alone. */
  SWEPT_WHEN_DUE,
  /** A backup that applies the changes equals the owner, and a stored pool the one restored. */
  COPIES_EQUAL;

  /** A step after which an invariant does not hold. */
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    Violation(Invariant invariant, String message) {
      super(invariant + ": " + message);
      this.invariant = invariant;
    }

    Invariant invariant() {
      return invariant;
    }
  }

  /** Throws the violation unless {@code holds}. */
  void check(boolean holds, Object... what) {
    if (!holds) {
      StringBuilder message = new StringBuilder();
      for (Object part : what) {
        message.append(message.isEmpty() ? "" : " ").append(part);
      }
      throw new Violation(this, message.toString());
    }
  }
}
