package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "2001:db8::1, 2001:db8:0:0",
    "2001:db8:0:0:ffff::2, 2001:db8:0:0",
    "2001:db8:0:1::1, 2001:db8:0:1",
    "::ffff:10.0.0.1, 10.0.0.1",
    "::1, 0:0:0:0"
  })
  void hostsOfAnIpv6NetworkAreOne(String address, String network) throws Exception {
    assertThat(Network.of(InetAddress.getByName(address).getHostAddress())).isEqualTo(network);
  }
}
