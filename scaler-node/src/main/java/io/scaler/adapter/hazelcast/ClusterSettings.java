package io.scaler.adapter.hazelcast;

import java.time.Duration;
import java.util.List;

/**
 * How nodes find each other and when they take each other for lost.
 *
 * @param name of the cluster; nodes of another name are not joined
 * @param host the address that members bind and reach each other at
 * @param port of this member; 0 picks a free one from 5701 on, for tests
 * @param members {@code host:port} of the members to look for; this one may be among them
 * @param kubernetesDns the headless service to find members by instead; empty: not used
 * @param expectedSize data members when all are up; 1 stands for no replication at all
 * @param heartbeat how often members tell each other that they are alive
 * @param tolerance for how long a member that was not heard from counts for the majority
 * @param removal a member that was not heard from for this long is removed
 * @param backupTimeout a change that its backup has not confirmed by then is asked for again
 * @param forgetAfter what is known of a function is removed if it was not needed for so long
 */
public record ClusterSettings(
    String name,
    String host,
    int port,
    List<String> members,
    String kubernetesDns,
    int expectedSize,
    Duration heartbeat,
    Duration tolerance,
    Duration removal,
    Duration backupTimeout,
    Duration forgetAfter) {

  /**
   * @throws IllegalArgumentException if a member could be removed, and its keys served elsewhere,
   *     before it notices by itself that it is cut off
   */
  public ClusterSettings {
    members = List.copyOf(members);
    if (expectedSize < 1) {
      throw new IllegalArgumentException(
          "cluster.expected-size: must be at least 1, is " + expectedSize);
    }
    if (tolerance.plus(heartbeat).plus(backupTimeout).compareTo(removal) >= 0) {
      throw new IllegalArgumentException(
          ("cluster.tolerance, cluster.heartbeat and cluster.backup-timeout: must add up to less"
                  + " than cluster.removal, %s, are %s, %s and %s")
              .formatted(removal, tolerance, heartbeat, backupTimeout));
    }
  }

  /** Whether changes are replicated and the majority counts. */
  public boolean isReplicated() {
    return expectedSize > 1;
  }
}
