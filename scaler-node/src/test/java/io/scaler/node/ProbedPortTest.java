package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.client.HealthCommand.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        .hasMessage("SCALER_HTTP_PORT: must be a whole number between 0 and 65535, is 'web'");
    assertThat(new ProbedPort(Map.of("SCALER_HTTP_HOST", "10.0.0.1")).of(null).host())
        .isEqualTo("10.0.0.1");
    assertThat(new ProbedPort(Map.of("SCALER_HTTP_PORT", "tcp://10.0.0.9:80")).of(null).port())
        .as("what Kubernetes sets for a service of that name")
        .isEqualTo(9080);
  }

  @Test
  void isTheFilesUnlessTheEnvironmentSaysOtherwise() throws IOException {
    Path file = file("http: {host: 10.0.0.1, port: 9444}\ntls: {certificate: a.pem, key: b.pem}\n");

    Http expected = new Http("10.0.0.1", 9444, true, file, List.of());
    assertThat(new ProbedPort(Map.of()).of(file)).isEqualTo(expected);
    assertThat(new ProbedPort(Map.of("SCALER_CONFIG", file.toString())).of(null))
        .isEqualTo(expected);
    assertThat(new ProbedPort(Map.of("SCALER_HTTP_PORT", "9555")).of(file))
        .isEqualTo(new Http("10.0.0.1", 9555, true));
    assertThat(new ProbedPort(Map.of()).of(file("http.port: 9666\n")).port()).isEqualTo(9666);
  }

  @Test
  void isOfThisMachineWhereTheNodeListensOnAllAddresses() throws IOException {
    assertThat(new ProbedPort(Map.of()).of(file("http: {host: 0.0.0.0}\n")).host())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void isTheFilesThoughTheRestOfItBreaksRules() throws IOException {
    Path file =
        file(
            """
            policy: {fixed: {keep-alive: -1}}
            no-such-key: 1
            http: {port: 9444}
            tls: {certificate: a.pem}
            """);

    assertThat(new ProbedPort(Map.of()).of(file))
        .isEqualTo(new Http("127.0.0.1", 9444, true, file, List.of()));
  }

  @Test
  void isAsFarAsTheFileIsYaml() throws IOException {
    Path file = file("http:\n  port: 9444\npolicy: {fixed\ntls: {certificate: a.pem}\n");

    Http probed = new ProbedPort(Map.of()).of(file);

    assertThat(probed.port()).isEqualTo(9444);
    assertThat(probed.problems())
        .singleElement()
        .asString()
        .contains(file.toString(), "is no YAML", "what stands before that counts");
  }

  @Test
  void isTheEnvironmentsOrTheDefaultWhereTheFileHasNoneThatIsReadable() throws IOException {
    Map<String, String> environment = Map.of("SCALER_HTTP_HOST", "10.0.0.1");

    Http bad = new ProbedPort(environment).of(file("http: {port: web}\n"));
    assertThat(bad)
        .extracting(Http::host, Http::port, Http::file)
        .containsExactly("10.0.0.1", 9080, null);
    assertThat(bad.problems())
        .singleElement()
        .asString()
        .contains("http.port: must be a whole number", "the environment or the default counts");

    Http none = new ProbedPort(environment).of(folder.resolve("none.yaml"));
    assertThat(none)
        .extracting(Http::host, Http::port, Http::file)
        .containsExactly("10.0.0.1", 9080, null);
    assertThat(none.problems())
        .singleElement()
        .asString()
        .contains("none.yaml", "cannot be read", "the environment and the defaults count");
  }
}
