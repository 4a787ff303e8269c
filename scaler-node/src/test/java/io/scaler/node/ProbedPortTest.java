package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.client.HealthCommand.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbedPortTest {
  @TempDir private Path folder;

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("node.yaml"), yaml);
  }

  @Test
  void isTheEnvironmentsWhereThereIsNoFile() {
    assertThat(new ProbedPort(Map.of()).of(null)).isEqualTo(new Http("127.0.0.1", 9080, false));
    assertThat(
            new ProbedPort(Map.of("SCALER_HTTP_PORT", "9444", "SCALER_TLS_CERTIFICATE", "node.pem"))
                .of(null))
        .isEqualTo(new Http("127.0.0.1", 9444, true));
    assertThatThrownBy(() -> new ProbedPort(Map.of("SCALER_HTTP_PORT", "web")).of(null))
        .hasMessage("SCALER_HTTP_PORT: must be a whole number, is web");
  }

  @Test
  void isTheFilesUnlessTheEnvironmentSaysOtherwise() throws IOException {
    Path file = file("http: {host: 10.0.0.1, port: 9444}\ntls: {certificate: a.pem, key: b.pem}\n");

    assertThat(new ProbedPort(Map.of()).of(file)).isEqualTo(new Http("10.0.0.1", 9444, true));
    assertThat(new ProbedPort(Map.of("SCALER_CONFIG", file.toString())).of(null))
        .isEqualTo(new Http("10.0.0.1", 9444, true));
    assertThat(new ProbedPort(Map.of("SCALER_HTTP_PORT", "9555")).of(file).port()).isEqualTo(9555);
  }

  @Test
  void isOfThisMachineWhereTheNodeListensOnAllAddresses() throws IOException {
    assertThat(new ProbedPort(Map.of()).of(file("http: {host: 0.0.0.0}\n")).host())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void isNotKnownWhereTheFileBreaksARule() throws IOException {
    Path file = file("http: {port: web}\n");

    assertThatThrownBy(() -> new ProbedPort(Map.of()).of(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http.port");
  }
}
