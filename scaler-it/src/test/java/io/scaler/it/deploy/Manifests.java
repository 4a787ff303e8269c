package io.scaler.it.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds what is wrong with Kubernetes manifests as far as that shows without a cluster. */
final class Manifests {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");
  private static final String NAME = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String QUANTITY = "[0-9]+(\\.[0-9]+)?(m|Ki|Mi|Gi)?";

  private final Map<String, JsonNode> documents;
  private final List<String> problems = new ArrayList<>();

  private Manifests(Map<String, JsonNode> documents) {
    this.documents = documents;
  }

  /** Every document of a folder's YAML files, by {@code kind/name}. */
  static Map<String, JsonNode> read(Path folder) throws IOException {
    Map<String, JsonNode> documents = new TreeMap<>();
    try (var files = Files.newDirectoryStream(folder, "*.yaml")) {
      for (Path file : files) {
        try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
          while (values.hasNext()) {
            JsonNode document = values.next();
            documents.put(
                document.path("kind").asText()
                    + "/"
                    + document.at("/metadata/name").asText(file.getFileName().toString()),
                document);
          }
        }
      }
    }
    return documents;
  }

  static List<String> problems(Map<String, JsonNode> documents) {
    Manifests manifests = new Manifests(documents);
    documents.forEach(manifests::fields);
    documents.values().forEach(manifests::values);
    manifests.ports();
    manifests.selectors();
    manifests.settings();
    return manifests.problems;
  }

  /** Unknown and missing fields, by Kubernetes' own description of each kind. */
  private void fields(String name, JsonNode document) {
    JsonElement json = JsonParser.parseString(document.toString());
    try {
      switch (document.path("kind").asText()) {
        case "ServiceAccount" -> V1ServiceAccount.validateJsonElement(json);
        case "ConfigMap" -> V1ConfigMap.validateJsonElement(json);
        case "Service" -> V1Service.validateJsonElement(json);
        case "StatefulSet" -> V1StatefulSet.validateJsonElement(json);
        case "PodDisruptionBudget" -> V1PodDisruptionBudget.validateJsonElement(json);
        case "NetworkPolicy" -> V1NetworkPolicy.validateJsonElement(json);
        case "ServiceMonitor", "Kustomization" -> {}
        default -> problems.add(name + ": a kind that nobody expects");
      }
    } catch (IOException | IllegalArgumentException e) {
      problems.add(name + ": " + e.getMessage());
    }
  }

  /** What the description of a kind leaves open: names, quantities, protocols. */
  private void values(JsonNode document) {
    String name = document.at("/metadata/name").asText("");
    if (!name.isEmpty() && !name.matches(NAME)) {
      problems.add(name + ": no name");
    }
    for (JsonNode protocol : document.findValues("protocol")) {
      if (!PROTOCOLS.contains(protocol.asText())) {
        problems.add(name + ": protocol " + protocol);
      }
    }
    for (JsonNode resources : document.findValues("resources")) {
      for (String which : List.of("requests", "limits")) {
        resources
            .path(which)
            .forEach(
                quantity -> {
                  if (!quantity.asText().matches(QUANTITY)) {
                    problems.add(name + ": " + which + " " + quantity);
                  }
                });
      }
    }
  }

  private JsonNode the(String kind, String name) {
    JsonNode found = documents.get(kind + "/" + name);
    if (found == null) {
      problems.add(kind + "/" + name + ": is missing");
      return YAML.createObjectNode();
    }
    return found;
  }

  private JsonNode container() {
    return the("StatefulSet", "scaler").at("/spec/template/spec/containers/0");
  }

  private Map<String, Integer> containerPorts() {
    Map<String, Integer> ports = new HashMap<>();
    container()
        .path("ports")
        .forEach(port -> ports.put(port.path("name").asText(), port.path("containerPort").asInt()));
    return ports;
  }

  /** Ports are named where they are used, and numbered once as the node's defaults are. */
  private void ports() {
    Map<String, Integer> ports = containerPorts();
    List<JsonNode> named = new ArrayList<>();
    documents
        .values()
        .forEach(
            document -> {
              named.addAll(document.findValues("targetPort"));
              document.findValues("httpGet").forEach(get -> named.add(get.path("port")));
              if (document.path("kind").asText().matches("NetworkPolicy|ServiceMonitor")) {
                named.addAll(document.findValues("port"));
              }
            });
    for (JsonNode port : named) {
      if (!ports.containsKey(port.asText())) {
        problems.add("port " + port + ": the container has none of that name");
      }
    }
  }

  private void selectors() {
    JsonNode labels = the("StatefulSet", "scaler").at("/spec/template/metadata/labels");
    for (JsonNode document : documents.values()) {
      List<JsonNode> selected = new ArrayList<>(document.findValues("matchLabels"));
      if (document.path("kind").asText().equals("Service")) {
        selected.add(document.at("/spec/selector"));
      }
      for (JsonNode selector : selected) {
        selector
            .fields()
            .forEachRemaining(
                label -> {
                  if (!label.getValue().equals(labels.path(label.getKey()))) {
                    problems.add(label + ": the Pods have no such label");
                  }
                });
      }
    }
  }

  /** The node's own reader reads what it would be given. */
  private void settings() {
    Map<String, String> environment = new LinkedHashMap<>();
    container()
        .path("env")
        .forEach(
            variable ->
                environment.put(
                    variable.path("name").asText(), variable.path("value").asText("10.0.0.1")));
    try {
      Path file = Files.createTempFile("scaler", ".yaml");
      Files.writeString(file, the("ConfigMap", "scaler").at("/data/scaler.yaml").asText());
      Settings settings = Settings.load(file, environment, List.of());
      Map<String, Integer> ports = containerPorts();
      same("grpc.port", settings.grpc().port(), ports.get("grpc"));
      same("http.port", settings.http().port(), ports.get("http"));
      same("cluster.port", settings.cluster().port(), ports.get("members"));
      same(
          "cluster.expected-size and replicas",
          settings.cluster().expectedSize(),
          the("StatefulSet", "scaler").at("/spec/replicas").asInt());
      same(
          "cluster.kubernetes-dns and serviceName",
          settings.cluster().kubernetesDns(),
          the("StatefulSet", "scaler").at("/spec/serviceName").asText());
      long stopping = settings.grpc().stopNotice().plus(settings.grpc().stopGrace()).toSeconds();
      if (the("StatefulSet", "scaler")
              .at("/spec/template/spec/terminationGracePeriodSeconds")
              .asLong()
          < stopping + 30) {
        problems.add("terminationGracePeriodSeconds: too short for stopping");
      }
      Files.delete(file);
    } catch (SettingsException e) {
      problems.addAll(e.problems());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void same(String what, Object one, Object other) {
    if (!one.equals(other)) {
      problems.add(what + ": differ, " + one + " and " + other);
    }
  }
}
