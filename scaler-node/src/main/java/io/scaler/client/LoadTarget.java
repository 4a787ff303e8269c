package io.scaler.client;

import java.util.Arrays;
import java.util.List;

/**
 * One thing to measure.
 *
 * @param addresses at least one; all of one cluster
 */
record LoadTarget(String name, List<Address> addresses) {

  /**
   * Reads {@code name=host:port+host:port}; without a name the addresses are the name.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static LoadTarget parse(String text) {
    int equals = text.indexOf('=');
    String addresses = text.substring(equals + 1);
    return new LoadTarget(
        equals > 0 ? text.substring(0, equals) : addresses,
        Arrays.stream(addresses.split("\\+", -1)).map(Address::parse).toList());
  }
}
