package io.scaler.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerFilesTest {
  private static final Path FOLDER = Path.of("../deploy/container");

  @Test
  void nothingIsWrong() throws IOException {
    assertThat(ContainerFiles.problems(FOLDER, ContainerFiles.read(FOLDER))).isEmpty();
  }

  @Test
  void theReadmeSaysWhereThingsAre() throws IOException {
    assertThat(ContainerFiles.published(FOLDER, ContainerFiles.read(FOLDER)))
        .containsExactly(9001, 9082, 9181, 9182, 9183);
    assertThat(Files.readString(Path.of("../README.md")))
        .contains("the nodes at 127.0.0.1:9001,")
        .contains("http://127.0.0.1:9181, 9182 and 9183");
  }

  @Test
  void whatTheImageIsBuiltOfIsNotLeftOut() throws IOException {
    assertThat(Files.readAllLines(Path.of("../.dockerignore")))
        .contains("*", "!scaler-node/target/scaler.jar");
    assertThat(ContainerFiles.read(FOLDER).get(ContainerFiles.COMPOSE))
        .contains("JAR: scaler-node/target/scaler.jar");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compose.yaml|read_only: true|read_only: false",
        "compose.yaml|no-new-privileges:true|no-new-privileges:false",
        "compose.yaml|cap_drop: [ALL]|cap_drop: [NET_RAW]",
        "compose.yaml|cap_drop: [ALL]|cap_add: [ALL]",
        "compose.yaml|user: \"99:99\"|user: \"0:0\"",
        "compose.yaml|user: \"99:99\"|labels: []",
        "compose.yaml|internal: true|internal: false",
        "compose.yaml|networks: [front]|networks: [front, cluster]",
        "compose.yaml|networks: [cluster]|networks: [front, cluster]",
        "compose.yaml|aliases: [member2]|aliases: [member3]",
        "compose.yaml|SCALER_CLUSTER_HOST: member2|SCALER_CLUSTER_HOST: member1",
        "compose.yaml|SCALER_CLUSTER_EXPECTED_SIZE: \"3\"|SCALER_CLUSTER_EXPECTED_SIZE: \"2\"",
        "compose.yaml|SCALER_CLUSTER_EXPECTED_SIZE|SCALER_CLUSTER_SIZE",
        "compose.yaml|SCALER_ACCESS_INSECURE: \"true\"|SCALER_ACCESS_INSECURE: \"false\"",
        "compose.yaml|platform:50051|platform:50052",
        "compose.yaml|member3:5701|member3:5702",
        "compose.yaml|\"127.0.0.1:${HAPROXY_PORT:-9001}:9001\"|\"${HAPROXY_PORT:-9001}:9001\"",
        "compose.yaml|:-9182}:9080|:-9182}:9081",
        "compose.yaml|:-9182}:9080|:-9181}:9080",
        "compose.yaml|stop_grace_period: 30s|stop_grace_period: 10s",
        "compose.yaml|command: [platform,|command: [node,",
        "compose.yaml|    healthcheck: {disable: true}|    labels: []",
        "compose.yaml|  <<: [*confined, *image]|  <<: *image",
        "compose.yaml|  node3:|  node4:",
        "compose.yaml|dockerfile: deploy/container/Dockerfile|dockerfile: Dockerfile",
        "compose.yaml|JAR:|JARS:",
        "compose.yaml|./haproxy.cfg:|./haproxy.conf:",
        "Dockerfile|ENTRYPOINT [\"java\",|ENTRYPOINT [\"java\", \"-XX:MaxRAMPercentage=70\",",
        "Dockerfile|ENV JDK_JAVA_OPTIONS=|ENV JDK_OPTIONS=",
        "Dockerfile|\"-XX:SharedArchiveFile=/opt/scaler/scaler.jsa\", \"-jar\"|\"-jar\"",
        "Dockerfile|USER 10001:10001|USER 0:0",
        "Dockerfile|HEALTHCHECK|LABEL",
        "haproxy.cfg|timeout server 310s|timeout server 600s",
        "haproxy.cfg|timeout server 310s|timeout server 60s",
        "haproxy.cfg|server node2 node2:9001|server node2 node2:9002",
        "haproxy.cfg|error-status L7OKC|error-status L7STS",
        "haproxy.cfg|bind :9001|bind :9000"
      })
  void aMistakeIsFound(String file, String right, String wrong) throws IOException {
    Map<String, String> texts = ContainerFiles.read(FOLDER);
    assertThat(texts.get(file)).contains(right);

    texts.put(file, texts.get(file).replace(right, wrong));

    assertThat(ContainerFiles.problems(FOLDER, texts)).isNotEmpty();
  }
}
