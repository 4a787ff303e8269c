package io.scaler.pool;

/**
 * Where a request is waiting for its answer: a call on a node. A request that is repeated through
 * another node has another caller, and the last one counts: what an earlier one cancels is no
 * longer its own.
 *
 * @param node the node's id
 * @param call the call's number on that node
 */
public record Caller(String node, long call) {
  /** Stands for the calls that were told of one hold, if there were several. */
  static final Caller SEVERAL = new Caller("", -1);
}
