package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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

  @Test
  void saysSoWhereATokenGoesInClearText() {
    Address near = new Address("127.0.0.1", 9001);

    assertThat(said(List.of(near, FAR), "--token", "secret"))
        .isEqualTo(
            "the token goes to 192.0.2.1:9001 in clear text, for whoever is on the way; --tls"
                + " encrypts\n");
    assertThat(said(List.of(FAR), "--token", "secret", "--tls")).isEmpty();
    assertThat(said(List.of(FAR))).isEmpty();
  }

  private static String said(List<Address> servers, String... arguments) {
    StringWriter err = new StringWriter();
    var unused =
        CommandLine.populateCommand(new AccessOptions(Map.of()), arguments)
            .access(servers, new PrintWriter(err));
    return err.toString();
  }

  private static String expected(Access access) {
    ManagedChannel channel = Connections.open(FAR, access, "--scaler");
    try {
      return channel.authority();
    } finally {
      channel.shutdownNow();
    }
  }

  private static Access access(Map<String, String> environment, String... arguments) {
    return CommandLine.populateCommand(new AccessOptions(environment), arguments)
        .access(List.of(FAR), new PrintWriter(new StringWriter()));
  }
}
