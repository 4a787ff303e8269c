package io.scaler.service;

/** Whom an address belongs to, as far as the address says. */
public final class Network {
  private static final int GROUPS = 4;

  private Network() {}

  /**
   * Of an IPv6 address the part that a network is given (/64), since within it hosts choose their
   * own; any other address as it is.
   *
   * @param address in full, as {@link java.net.InetAddress#getHostAddress} spells it
   */
  public static String of(String address) {
    int end = -1;
    for (int group = 0; group < GROUPS; group++) {
      end = address.indexOf(':', end + 1);
      if (end < 0) {
        return address;
      }
    }
    return address.substring(0, end);
  }
}
