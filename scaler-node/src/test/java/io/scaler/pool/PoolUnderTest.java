package io.scaler.pool;

/** A pool as random runs drive it: the real one, or one with a bug planted in its decisions. */
final class PoolUnderTest {
  private final Pool pool;
  private final Fault fault;

  /** A bug: what a pool decides instead of what it should. */
  @FunctionalInterface
  interface Fault {
    Fault NONE = (pool, command, terms, decision) -> decision;

    Decision distort(Pool pool, Command command, Terms terms, Decision decision);
  }

  PoolUnderTest(Pool pool, Fault fault) {
    this.pool = pool;
    this.fault = fault;
  }

  Decision decide(Command command, Terms terms) {
    return fault.distort(pool, command, terms, pool.decide(command, terms));
  }

  void apply(Change change) {
    pool.apply(change);
  }

  PoolState state() {
    return pool.state();
  }

  boolean isClosed() {
    return pool.isClosed();
  }

  long version() {
    return pool.version();
  }
}
