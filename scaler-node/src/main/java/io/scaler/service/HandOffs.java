package io.scaler.service;

/**
 * Measures how long it takes from a pool's decision to hand an instance to a waiting request until
 * the call that waits has heard of it. For any number of threads, on the hot path: cheap, never
 * fails.
 *
 * <p>Only spans are compared, each measured by one clock: how long the call has waited by this
 * node's, less how long the request was queued by the owner's, is the way of the question to the
 * owner and the way of the news from there. The first is taken to be half of the question's round
 * trip.
 */
public interface HandOffs {
  /** Measures nothing. */
  HandOffs NONE =
      new HandOffs() {
        @Override
        public long now() {
          return 0;
        }

        @Override
        public void took(long nanos) {}
      };

  /** In ns, for elapsed time only. */
  long now();

  /** One took so long. */
  void took(long nanos);
}
