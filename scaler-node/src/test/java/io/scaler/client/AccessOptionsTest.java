package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AccessOptionsTest {
  private static final Address FAR = new Address("192.0.2.1", 9001);

  @Test
  void aServerIsExpectedToHaveTheNameThatIsGiven() {
    assertThat(expected(access(Map.of(), "--authority", "scaler"))).isEqualTo("scaler");
    assertThat(expected(access(Map.of("SCALER_CLIENT_AUTHORITY", "other")))).isEqualTo("other");
    assertThat(expected(access(Map.of()))).isEqualTo("192.0.2.1:9001");
  }

  private static String expected(Access access) {
    ManagedChannel channel = Connections.open(FAR, access);
    try {
      return channel.authority();
    } finally {
      channel.shutdownNow();
    }
  }

  private static Access access(Map<String, String> environment, String... arguments) {
    return CommandLine.populateCommand(new AccessOptions(environment), arguments).access();
  }
}
