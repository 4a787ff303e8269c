package io.scaler.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestsTest {
  private static final Path FOLDER = Path.of("../deploy/kubernetes");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void nothingIsWrongWithTheBase() throws IOException {
    assertThat(Manifests.problems(Manifests.read(FOLDER.resolve("base")))).isEmpty();
  }

  @Test
  void everyFileIsNamedAndEveryNamedFileIsThere() throws IOException {
    for (String folder : List.of("base", "overlays/production")) {
      Path at = FOLDER.resolve(folder);
      JsonNode kustomization = YAML.readTree(at.resolve("kustomization.yaml").toFile());
      List<String> named = new java.util.ArrayList<>();
      kustomization.path("resources").forEach(each -> named.add(each.asText()));
      kustomization.path("patches").forEach(each -> named.add(each.path("path").asText()));

      assertThat(named).allSatisfy(each -> assertThat(at.resolve(each)).exists());
      try (var files = Files.list(at)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .filteredOn(file -> file.endsWith(".yaml") && !file.equals("kustomization.yaml"))
            .isSubsetOf(named);
      }
    }
  }

  @Test
  void theExampleOverlayChangesWhatBelongsTogether() throws IOException {
    Path at = FOLDER.resolve("overlays/production");
    JsonNode replicas =
        YAML.readTree(at.resolve("kustomization.yaml").toFile()).at("/replicas/0/count");
    JsonNode config =
        YAML.readTree(
            YAML.readTree(at.resolve("configmap.yaml").toFile()).at("/data/scaler.yaml").asText());

    assertThat(config.at("/cluster/expected-size").asInt()).isEqualTo(replicas.asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "StatefulSet/scaler,replicas: 3,replica: 3",
    "StatefulSet/scaler,containerPort: 9001,containerPort: 9000",
    "StatefulSet/scaler,serviceName: \"scaler-members\",serviceName: \"scaler\"",
    "StatefulSet/scaler,SCALER_CLUSTER_HOST,SCALER_CLUSTER_HOTS",
    "StatefulSet/scaler,memory: \"1Gi\",memory: \"1Gx\"",
    "StatefulSet/scaler,terminationGracePeriodSeconds: 90,terminationGracePeriodSeconds: 30",
    "ConfigMap/scaler,expected-size: 3,expected-size: 5",
    "ConfigMap/scaler,stop-notice,stop-notise",
    "Service/scaler,targetPort: \"grpc\",targetPort: \"rpc\"",
    "Service/scaler-members,kubernetes.io/name: \"scaler\",kubernetes.io/name: \"scalar\"",
    "NetworkPolicy/scaler,protocol: \"TCP\",protocol: \"tcp\"",
    "NetworkPolicy/scaler,port: \"members\",port: \"member\"",
    "PodDisruptionBudget/scaler,maxUnavailable,maxUnavailible",
    "ServiceMonitor/scaler,port: \"http\",port: \"metrics\""
  })
  void aMistakeIsFound(String document, String right, String wrong) throws IOException {
    Map<String, JsonNode> documents = new TreeMap<>(Manifests.read(FOLDER.resolve("base")));
    String text = YAML.writeValueAsString(documents.get(document));
    assertThat(text).contains(right);

    documents.put(document, YAML.readTree(text.replace(right, wrong)));

    assertThat(Manifests.problems(documents)).isNotEmpty();
  }
}
