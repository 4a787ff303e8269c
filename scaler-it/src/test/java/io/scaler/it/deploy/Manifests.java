package io.scaler.it.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** Finds what is wrong with Kubernetes manifests as far as that shows without a cluster. */
final class Manifests {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");
  private static final String NAME = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String QUANTITY = "[0-9]+(\\.[0-9]+)?(m|Ki|Mi|Gi)?";

  /** As the API server reads: a text is no number and no number a text. */
  private static final JsonMapper TYPED =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withCoercionConfig(
              LogicalType.Textual,
              text -> {
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              })
          .build();

  /** The lists of which a patch merges the elements, and by which field; it replaces others. */
  private static final Map<String, String> MERGED =
      Map.of("containers", "name", "env", "name", "volumes", "name", "volumeMounts", "mountPath");

  /** What the image sets for every node. */
  private static final Map<String, String> IMAGE =
      Map.of("SCALER_GRPC_HOST", "0.0.0.0", "SCALER_HTTP_HOST", "0.0.0.0");

  /** What a JVM takes besides heap and buffers: classes, code, threads, the collector's tables. */
  private static final long REST = 256L << 20;

  /** What is used of a kind that is not Kubernetes' own. */
  record ServiceMonitor(
      String apiVersion,
      String kind,
      ObjectMeta metadata,
      @JsonProperty(required = true) Spec spec) {
    record Spec(
        @JsonProperty(required = true) LabelSelector selector,
        @JsonProperty(required = true) List<Endpoint> endpoints) {}

    record Endpoint(String port, String path, String interval, String scheme) {}
  }

  /** What is used of the file that says what belongs together. */
  record Kustomization(
      String apiVersion,
      String kind,
      String namespace,
      List<String> resources,
      List<Image> images,
      List<Replicas> replicas,
      List<Patch> patches) {
    record Image(String name, String newName, String newTag) {}

    record Replicas(String name, int count) {}

    record Patch(String path) {}
  }

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

  /** What an overlay makes of its base, by {@code kind/name}. */
  static Map<String, JsonNode> render(Path folder) throws IOException {
    Kustomization overlay =
        TYPED.treeToValue(
            YAML.readTree(folder.resolve("kustomization.yaml").toFile()), Kustomization.class);
    Map<String, JsonNode> documents = new TreeMap<>();
    for (String resource : overlay.resources()) {
      documents.putAll(read(folder.resolve(resource)));
    }
    documents.values().removeIf(document -> document.path("kind").asText().equals("Kustomization"));
    for (Kustomization.Patch patch : overlay.patches()) {
      JsonNode change = YAML.readTree(folder.resolve(patch.path()).toFile());
      String name = change.path("kind").asText() + "/" + change.at("/metadata/name").asText();
      if (!(documents.get(name) instanceof ObjectNode patched)) {
        throw new IllegalArgumentException(patch.path() + ": nothing to change is " + name);
      }
      merge(patched, change);
    }
    ObjectNode set = (ObjectNode) documents.get("StatefulSet/scaler");
    for (Kustomization.Replicas replicas : overlay.replicas()) {
      if (replicas.name().equals(set.at("/metadata/name").asText())) {
        ((ObjectNode) set.path("spec")).put("replicas", replicas.count());
      }
    }
    for (JsonNode container : set.at("/spec/template/spec/containers")) {
      for (Kustomization.Image image : overlay.images()) {
        if (container.path("image").asText().replaceFirst(":.*", "").equals(image.name())) {
          ((ObjectNode) container).put("image", image.newName() + ":" + image.newTag());
        }
      }
    }
    documents
        .values()
        .forEach(
            document ->
                ((ObjectNode) document.path("metadata")).put("namespace", overlay.namespace()));
    return documents;
  }

  /** Objects field by field, null takes one away; lists as {@link #MERGED} says. */
  private static void merge(ObjectNode into, JsonNode change) {
    change
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode before = into.get(field.getKey());
              JsonNode after = field.getValue();
              if (after.isNull()) {
                into.remove(field.getKey());
              } else if (before instanceof ObjectNode object && after.isObject()) {
                merge(object, after);
              } else if (before instanceof ArrayNode list && MERGED.containsKey(field.getKey())) {
                merge(list, after, MERGED.get(field.getKey()));
              } else {
                into.set(field.getKey(), after);
              }
            });
  }

  private static void merge(ArrayNode into, JsonNode change, String key) {
    for (JsonNode after : change) {
      StreamSupport.stream(into.spliterator(), false)
          .filter(before -> before.path(key).equals(after.path(key)))
          .findFirst()
          .ifPresentOrElse(before -> merge((ObjectNode) before, after), () -> into.add(after));
    }
  }

  static List<String> problems(Map<String, JsonNode> documents) {
    Manifests manifests = new Manifests(documents);
    documents.forEach(manifests::fields);
    documents.forEach(manifests::types);
    documents.values().forEach(manifests::values);
    manifests.ports();
    manifests.selectors();
    manifests.probes();
    manifests.memory();
    manifests.privileges();
    manifests.placement();
    manifests.disruption();
    manifests.services();
    manifests.network();
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

  /** Values of a wrong type. */
  private void types(String name, JsonNode document) {
    Class<?> type =
        switch (document.path("kind").asText()) {
          case "ServiceAccount" -> ServiceAccount.class;
          case "ConfigMap" -> ConfigMap.class;
          case "Service" -> Service.class;
          case "StatefulSet" -> StatefulSet.class;
          case "PodDisruptionBudget" -> PodDisruptionBudget.class;
          case "NetworkPolicy" -> NetworkPolicy.class;
          case "ServiceMonitor" -> ServiceMonitor.class;
          case "Kustomization" -> Kustomization.class;
          default -> JsonNode.class;
        };
    try {
      if (TYPED.treeToValue(document, type) instanceof ServiceMonitor monitor) {
        for (ServiceMonitor.Endpoint endpoint : monitor.spec().endpoints()) {
          must(endpoint.port() != null, name + ": an endpoint without a port");
          must(String.valueOf(endpoint.path()).startsWith("/"), name + ": path " + endpoint.path());
          must(
              String.valueOf(endpoint.interval()).matches("[0-9]+(ms|s|m|h)"),
              name + ": interval " + endpoint.interval());
        }
      }
    } catch (JsonProcessingException e) {
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

  private void must(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }

  private JsonNode pod() {
    return the("StatefulSet", "scaler").at("/spec/template/spec");
  }

  private JsonNode container() {
    return pod().at("/containers/0");
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

  private void probes() {
    Map.of("startupProbe", "live", "livenessProbe", "live", "readinessProbe", "ready")
        .forEach(
            (probe, asked) ->
                same(
                    probe + " and the node's path",
                    container().path(probe).at("/httpGet/path").asText(),
                    "/health/" + asked));
  }

  /** Heap, buffers and the rest fit into what the container may use, which is its own. */
  private void memory() {
    JsonNode resources = container().path("resources");
    must(resources.at("/requests/cpu").isValueNode(), "resources: no cpu is requested");
    String limit = resources.at("/limits/memory").asText();
    same("memory's request and limit", resources.at("/requests/memory").asText(), limit);
    if (!limit.matches(QUANTITY)) {
      problems.add("resources: no limit of memory");
      return;
    }
    String options =
        StreamSupport.stream(container().path("env").spliterator(), false)
            .filter(each -> each.path("name").asText().equals("JDK_JAVA_OPTIONS"))
            .map(each -> each.path("value").asText())
            .findFirst()
            .orElse("");
    long bytes = Quantity.getAmountInBytes(new Quantity(limit)).longValue();
    long heap = bytes * option(options, "-XX:MaxRAMPercentage=(\\d+)") / 100;
    long buffers = option(options, "-XX:MaxDirectMemorySize=(\\d+)m") << 20;
    must(
        heap + buffers + REST <= bytes,
        "JDK_JAVA_OPTIONS: %s leaves too little of %s for the rest".formatted(options, limit));
  }

  private long option(String options, String pattern) {
    Matcher option = Pattern.compile(pattern).matcher(options);
    if (!option.find()) {
      problems.add("JDK_JAVA_OPTIONS: no " + pattern + " in " + options);
      return 0;
    }
    return Long.parseLong(option.group(1));
  }

  private void privileges() {
    JsonNode pod = pod().path("securityContext");
    must(pod.path("runAsNonRoot").asBoolean(false), "securityContext: may run as root");
    must(pod.path("runAsUser").asInt(0) > 0, "securityContext: no user");
    same("seccompProfile", pod.at("/seccompProfile/type").asText(), "RuntimeDefault");
    JsonNode own = container().path("securityContext");
    must(
        own.path("readOnlyRootFilesystem").asBoolean(false),
        "securityContext: the root file system is not read-only");
    must(
        !own.path("allowPrivilegeEscalation").asBoolean(true),
        "securityContext: privileges may grow");
    same("capabilities", own.path("capabilities").toString(), "{\"drop\":[\"ALL\"]}");
    must(
        !pod().path("automountServiceAccountToken").asBoolean(true),
        "automountServiceAccountToken: Pods get a token that they do not need");
    the("ServiceAccount", pod().path("serviceAccountName").asText());
  }

  /** Nodes keep off machines where there is another one. */
  private void placement() {
    JsonNode keepsOff = pod().at("/affinity/podAntiAffinity");
    List<JsonNode> terms = new ArrayList<>();
    keepsOff
        .path("preferredDuringSchedulingIgnoredDuringExecution")
        .forEach(each -> terms.add(each.path("podAffinityTerm")));
    keepsOff.path("requiredDuringSchedulingIgnoredDuringExecution").forEach(terms::add);
    must(
        terms.stream()
            .anyMatch(
                term ->
                    term.path("topologyKey").asText().equals("kubernetes.io/hostname")
                        && isOfNodes(term.path("labelSelector"))),
        "affinity: nodes may all be on one machine");
  }

  /** A majority stays when machines are emptied. */
  private void disruption() {
    JsonNode budget = the("PodDisruptionBudget", "scaler").path("spec");
    int unavailable = budget.path("maxUnavailable").asInt(0);
    int replicas = the("StatefulSet", "scaler").at("/spec/replicas").asInt();
    must(
        unavailable > 0 && 2 * unavailable < replicas,
        "maxUnavailable: no majority of " + replicas + " stays, or none may ever go");
    must(isOfNodes(budget.path("selector")), "PodDisruptionBudget: is not for the nodes");
  }

  /** Callers have a name for the nodes, and nodes find each other before they are ready. */
  private void services() {
    must(the("Service", "scaler").at("/spec/ports").size() == 2, "Service: two ports are called");
    JsonNode members = the("Service", "scaler-members").path("spec");
    must(
        members.path("clusterIP").asText().equals("None")
            && members.path("publishNotReadyAddresses").asBoolean(false),
        "scaler-members: nodes do not find each other");
    JsonNode direct = the("Service", "scaler-direct").path("spec");
    must(
        direct.path("clusterIP").asText().equals("None")
            && !direct.path("publishNotReadyAddresses").asBoolean(false),
        "scaler-direct: clients do not find the nodes, or find some that are not ready");
    the("ServiceMonitor", "scaler");
  }

  /** Only nodes reach the port at which members trust each other. */
  private void network() {
    JsonNode policy = the("NetworkPolicy", "scaler").path("spec");
    must(isOfNodes(policy.path("podSelector")), "NetworkPolicy: is not for the nodes");
    same("policyTypes", policy.path("policyTypes").toString(), "[\"Ingress\"]");
    boolean reached = false;
    for (JsonNode rule : policy.path("ingress")) {
      boolean members = rule.path("ports").isEmpty();
      for (JsonNode port : rule.path("ports")) {
        members |= !Set.of("grpc", "http").contains(port.path("port").asText());
        members |= port.has("endPort");
      }
      if (members) {
        reached = true;
        must(!rule.path("from").isEmpty(), "NetworkPolicy: everybody reaches the members' port");
        for (JsonNode from : rule.path("from")) {
          must(
              from.size() == 1 && isOfNodes(from.path("podSelector")),
              "NetworkPolicy: others than nodes reach the members' port: " + from);
        }
      }
    }
    must(reached, "NetworkPolicy: nodes do not reach each other");
  }

  private boolean isOfNodes(JsonNode selector) {
    JsonNode labels = the("StatefulSet", "scaler").at("/spec/selector");
    return !labels.isEmpty() && selector.equals(labels);
  }

  /** The node's own reader reads what it would be given. */
  private void settings() {
    Map<String, String> environment = new LinkedHashMap<>(IMAGE);
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
