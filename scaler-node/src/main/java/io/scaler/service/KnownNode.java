package io.scaler.service;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node that is a member of the cluster, or was one not long ago.
 *
 * @param node its id
 * @param address {@code host:port} that members reach it at
 * @param heard whether it is a member that was heard from just now, or this node itself
 * @param gone null while it is a member
 */
public record KnownNode(
    String node, Whereabouts whereabouts, String address, boolean heard, @Nullable Gone gone) {

  /**
   * How it went.
   *
   * @param since by the clock of the node that noticed
   * @param left whether it had said that it stops; if not, it was lost
   */
  public record Gone(Instant since, boolean left) {}
}
