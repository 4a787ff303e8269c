package io.scaler.it.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
  private static final Path FOLDER = Path.of("../deploy/kubernetes");
  private static final Path BASE = FOLDER.resolve("base");
  private static final Path OVERLAY = FOLDER.resolve("overlays/production");
  private static final YAMLMapper YAML = new YAMLMapper();

  @Test
  void nothingIsWrongWithTheBase() throws IOException {
    assertThat(Manifests.problems(Manifests.read(BASE))).isEmpty();
  }

  @Test
  void nothingIsWrongWithWhatTheOverlayMakesOfIt() throws IOException {
    assertThat(Manifests.problems(Manifests.render(OVERLAY))).isEmpty();
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
  void theOverlayChangesWhatItSays() throws IOException {
    JsonNode set = Manifests.render(OVERLAY).get("StatefulSet/scaler");
    JsonNode pod = set.at("/spec/template/spec");

    assertThat(set.at("/metadata/namespace").asText()).isEqualTo("scaler");
    assertThat(set.at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(pod.at("/containers/0/image").asText())
        .isEqualTo("registry.example.com/scaler:0.1.0");
    assertThat(pod.at("/containers/0/resources/limits/memory").asText()).isEqualTo("2Gi");
    assertThat(pod.at("/containers/0/env")).hasSize(2);
    assertThat(pod.at("/affinity/podAntiAffinity").fieldNames())
        .toIterable()
        .containsExactly("requiredDuringSchedulingIgnoredDuringExecution");
  }

  @ParameterizedTest
  @CsvSource({
    "StatefulSet/scaler,replicas: 3,replica: 3",
    "StatefulSet/scaler,containerPort: 9001,containerPort: 9000",
    "StatefulSet/scaler,serviceName: \"scaler-members\",serviceName: \"scaler\"",
    "StatefulSet/scaler,SCALER_CLUSTER_HOST,SCALER_CLUSTER_HOTS",
    "StatefulSet/scaler,memory: \"1Gi\",memory: \"1Gx\"",
    "StatefulSet/scaler,terminationGracePeriodSeconds: 90,terminationGracePeriodSeconds: 30",
    "StatefulSet/scaler,runAsNonRoot: true,runAsNonRoot: \"yes\"",
    "StatefulSet/scaler,runAsUser: 10001,runAsUser: 0",
    "StatefulSet/scaler,failureThreshold: 60,failureThreshold: many",
    "StatefulSet/scaler,failureThreshold: 60,failureThreshold: 6.5",
    "StatefulSet/scaler,replicas: 3,replicas: \"3\"",
    "StatefulSet/scaler,path: \"/health/ready\",path: \"/health/live\"",
    "StatefulSet/scaler,path: \"/health/ready\",path: 8",
    "StatefulSet/scaler,readOnlyRootFilesystem: true,readOnlyRootFilesystem: false",
    "StatefulSet/scaler,allowPrivilegeEscalation: false,allowPrivilegeEscalation: true",
    "StatefulSet/scaler,drop:,add:",
    "StatefulSet/scaler,topologyKey: \"kubernetes.io/hostname\",topologyKey: \"hostname\"",
    "StatefulSet/scaler,MaxRAMPercentage=60,MaxRAMPercentage=70",
    "StatefulSet/scaler,MaxDirectMemorySize,MaxDirectMemory",
    "StatefulSet/scaler,type: \"RuntimeDefault\",type: \"Unconfined\"",
    "StatefulSet/scaler,serviceAccountName: \"scaler\",serviceAccountName: \"default\"",
    "ConfigMap/scaler,insecure: true,insecure: false",
    "ConfigMap/scaler,expected-size: 3,expected-size: 5",
    "ConfigMap/scaler,stop-notice,stop-notise",
    "Service/scaler,targetPort: \"grpc\",targetPort: \"rpc\"",
    "Service/scaler-members,kubernetes.io/name: \"scaler\",kubernetes.io/name: \"scalar\"",
    "NetworkPolicy/scaler,protocol: \"TCP\",protocol: \"tcp\"",
    "NetworkPolicy/scaler,port: \"members\",port: \"member\"",
    "NetworkPolicy/scaler,port: \"http\",port: \"members\"",
    "PodDisruptionBudget/scaler,maxUnavailable,maxUnavailible",
    "PodDisruptionBudget/scaler,maxUnavailable: 1,maxUnavailable: 2",
    "PodDisruptionBudget/scaler,maxUnavailable: 1,maxUnavailable: 0",
    "ServiceMonitor/scaler,port: \"http\",port: \"metrics\"",
    "ServiceMonitor/scaler,interval: \"15s\",interval: 15",
    "ServiceMonitor/scaler,interval: \"15s\",interval: \"often\"",
    "ServiceMonitor/scaler,path:,paths:"
  })
  void aMistakeIsFound(String document, String right, String wrong) throws IOException {
    Map<String, JsonNode> documents = Manifests.read(BASE);
    String text = YAML.writeValueAsString(documents.get(document));
    assertThat(text).contains(right);

    documents.put(document, YAML.readTree(text.replace(right, wrong)));

    assertThat(Manifests.problems(documents)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "StatefulSet/scaler,/spec/template/spec/containers/0/startupProbe",
    "StatefulSet/scaler,/spec/template/spec/containers/0/livenessProbe",
    "StatefulSet/scaler,/spec/template/spec/containers/0/readinessProbe",
    "StatefulSet/scaler,/spec/template/spec/containers/0/resources",
    "StatefulSet/scaler,/spec/template/spec/containers/0/resources/limits/memory",
    "StatefulSet/scaler,/spec/template/spec/containers/0/resources/requests/memory",
    "StatefulSet/scaler,/spec/template/spec/containers/0/resources/requests/cpu",
    "StatefulSet/scaler,/spec/template/spec/containers/0/securityContext",
    "StatefulSet/scaler,/spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem",
    "StatefulSet/scaler,/spec/template/spec/containers/0/securityContext/capabilities",
    "StatefulSet/scaler,/spec/template/spec/containers/0/env",
    "StatefulSet/scaler,/spec/template/spec/securityContext/runAsNonRoot",
    "StatefulSet/scaler,/spec/template/spec/affinity",
    "StatefulSet/scaler,/spec/template/spec/automountServiceAccountToken",
    "StatefulSet/scaler,/spec/template/spec/terminationGracePeriodSeconds",
    "StatefulSet/scaler,/spec/selector",
    "PodDisruptionBudget/scaler,/spec/selector",
    "NetworkPolicy/scaler,/spec/ingress/1/from",
    "NetworkPolicy/scaler,/spec/ingress/1",
    "NetworkPolicy/scaler,/spec/ingress/0/ports",
    "NetworkPolicy/scaler,/spec/policyTypes",
    "NetworkPolicy/scaler,/spec/podSelector/matchLabels",
    "ServiceMonitor/scaler,/spec/endpoints"
  })
  void whatIsTakenAwayIsMissed(String document, String place) throws IOException {
    for (var documents : List.of(Manifests.read(BASE), Manifests.render(OVERLAY))) {
      JsonPointer at = JsonPointer.compile(place);
      JsonNode parent = documents.get(document).at(at.head());
      JsonNode removed =
          parent instanceof ObjectNode object
              ? object.remove(at.last().getMatchingProperty())
              : ((ArrayNode) parent).remove(at.last().getMatchingIndex());
      assertThat(removed).isNotNull();

      assertThat(Manifests.problems(documents)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "StatefulSet/scaler",
        "PodDisruptionBudget/scaler",
        "NetworkPolicy/scaler",
        "ServiceAccount/scaler",
        "ConfigMap/scaler",
        "Service/scaler",
        "Service/scaler-direct",
        "Service/scaler-members",
        "ServiceMonitor/scaler"
      })
  void aDocumentThatIsTakenAwayIsMissed(String document) throws IOException {
    for (var documents : List.of(Manifests.read(BASE), Manifests.render(OVERLAY))) {
      assertThat(documents.remove(document)).isNotNull();

      assertThat(Manifests.problems(documents)).isNotEmpty();
    }
  }
}
