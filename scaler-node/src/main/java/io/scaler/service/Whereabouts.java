package io.scaler.service;

/**
 * What ties a node to a machine.
 *
 * @param host name of its machine, container or pod; empty if unknown
 * @param grpcPort as it is configured; 0 if unknown
 * @param httpPort likewise
 */
public record Whereabouts(String host, int grpcPort, int httpPort) {
  public static final Whereabouts UNKNOWN = new Whereabouts("", 0, 0);

  /** Whether both are the same place, as far as that can be told. */
  public boolean isSame(Whereabouts other) {
    return !host.isEmpty() && grpcPort != 0 && equals(other);
  }
}
