/**
 * What callers and the platform saw of a cluster, and whether it can be true.
 *
 * <p>Knows nothing of how a cluster is run or disturbed. One more rule is a method of {@link
 * io.scaler.it.history.HistoryChecker} and a planted violation in its test.
 */
package io.scaler.it.history;
