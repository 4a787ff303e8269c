package io.scaler.pool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is waiting for its answer: a call on a node. A request that is repeated through
 * another node has another caller, and the last one counts: what an earlier one cancels is no
 * longer its own.
 *
 * @param node the node's id
 * @param call the call's number on that node
 * @param trace what is done for the call is a part of in a trace, as a traceparent; null if nobody
 *     follows it. It makes no difference to which call is meant
 */
public record Caller(String node, long call, @Nullable String trace) {
  /** Stands for the calls that were told of one hold, if there were several. */
  static final Caller SEVERAL = new Caller("", -1);

  /** A call that nobody follows. */
  public Caller(String node, long call) {
    this(node, call, null);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Caller that && call == that.call && node.equals(that.node);
  }

  @Override
  public int hashCode() {
    return Objects.hash(node, call);
  }
}
