package io.scaler.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where values come from, one layer over the other: the defaults, a file, the environment, {@code
 * --set}. Keys are checked here, values are not.
 */
final class Layers {
  static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String PREFIX = "SCALER_";

  /** Names the file of the second layer, where the command line does not. */
  static final String CONFIG_VARIABLE = "SCALER_CONFIG";

  /** For the scripts that start the JVM, this project's and others'. */
  private static final String JAVA_OPTIONS_SUFFIX = "_JAVA_OPTS";

  /**
   * What Kubernetes and Docker set for a service or a container that is called scaler-something.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          PREFIX + "(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)(_\\w+)?)");

  /** For the commands that call nodes. */
  private static final Pattern OF_CLIENTS =
      Pattern.compile(PREFIX + "(TOKEN|TOKEN_FILE|CLIENT_\\w+)");

  /**
   * What locks the doors. A variable that came to be empty by mistake must not unlock what a file
   * locks.
   */
  private static final Set<String> LOCKS =
      Set.of("access.tokens", "access.jwt.keys", "tls.client-authorities");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  /**
   * One key's value.
   *
   * @param layer in words, for a message
   */
  record Value(JsonNode node, String layer) {}

  private final List<String> problems;
  private final Map<String, Value> defaults = new LinkedHashMap<>();
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Set<String> sections = new LinkedHashSet<>();

  /**
   * @param problems what is wrong is added to
   */
  Layers(List<String> problems) {
    this.problems = problems;
    readDefaults();
  }

  /** The names of all keys, in the order of {@code scaler.yaml}. */
  Set<String> keys() {
    return defaults.keySet();
  }

  Value value(String key) {
    return Objects.requireNonNull(values.get(key), key);
  }

  Value byDefault(String key) {
    return Objects.requireNonNull(defaults.get(key), key);
  }

  private void readDefaults() {
    try (InputStream resource = Layers.class.getResourceAsStream("/scaler.yaml")) {
      flatten(
          "",
          YAML.readTree(Objects.requireNonNull(resource, "scaler.yaml")),
          "the defaults",
          defaults);
    } catch (IOException e) {
      throw new UncheckedIOException("scaler.yaml is not readable", e);
    }
    values.putAll(defaults);
    for (String key : defaults.keySet()) {
      for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
        sections.add(key.substring(0, dot));
      }
    }
  }

  void addFile(Path file) {
    String layer = "file " + file;
    JsonNode tree;
    try {
      tree = YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      problems.add(
          "%s: is no YAML: %s (line %d)"
              .formatted(
                  layer,
                  e.getOriginalMessage(),
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr()));
      return;
    } catch (IOException e) {
      problems.add(
          "%s: cannot be read: %s"
              .formatted(layer, e instanceof NoSuchFileException ? "there is no such file" : e));
      return;
    }
    if (tree.isMissingNode() || tree.isNull()) {
      return;
    }
    if (!tree.isObject()) {
      problems.add(layer + ": must hold keys with values");
      return;
    }
    Map<String, Value> given = new LinkedHashMap<>();
    flatten("", tree, layer, given);
    given.forEach(this::put);
  }

  private void flatten(String prefix, JsonNode node, String layer, Map<String, Value> into) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        String key = prefix.isEmpty() ? property.getKey() : prefix + "." + property.getKey();
        flatten(key, property.getValue(), layer, into);
      }
    } else if (into.put(prefix, new Value(node, layer)) != null) {
      problems.add("%s: is given twice (%s)".formatted(prefix, layer));
    }
  }

  private void put(String key, Value value) {
    if (defaults.containsKey(key)) {
      values.put(key, value);
    } else if (!sections.contains(key)) {
      problems.add(
          "%s: no such key; the nearest is %s (%s)"
              .formatted(key, Nearest.of(key, defaults.keySet()), value.layer()));
    } else if (!value.node().isNull()) {
      problems.add("%s: must hold keys, is a value (%s)".formatted(key, value.layer()));
    }
  }

  void addEnvironment(Map<String, String> environment) {
    Map<String, String> keysByVariable = new LinkedHashMap<>();
    defaults.keySet().forEach(key -> keysByVariable.put(variable(key), key));
    new TreeMap<>(environment)
        .forEach(
            (name, text) -> {
              if (!name.startsWith(PREFIX) || isForOthers(name, text)) {
                return;
              }
              String key = keysByVariable.get(name);
              if (key == null) {
                problems.add(
                    "%s: no such environment variable; the nearest is %s"
                        .formatted(name, Nearest.of(name, keysByVariable.keySet())));
              } else if (LOCKS.contains(key) && text.isBlank()) {
                problems.add(
                    "%s: must not be empty (environment variable %s); leave the variable out where there is no such file"
                        .formatted(key, name));
              } else {
                put(key, new Value(TextNode.valueOf(text), "environment variable " + name));
              }
            });
  }

  static String variable(String key) {
    return PREFIX + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Whether a variable means nothing to a node. */
  static boolean isForOthers(String name, String text) {
    return name.equals(CONFIG_VARIABLE)
        || OF_CLIENTS.matcher(name).matches()
        || name.endsWith(JAVA_OPTIONS_SUFFIX)
        || SERVICE_LINK.matcher(name).matches()
        || SERVICE_ADDRESS.matcher(text).matches();
  }

  void addSets(List<String> sets) {
    for (String set : sets) {
      int equals = set.indexOf('=');
      if (equals < 1) {
        problems.add("--set %s: must be key=value".formatted(set));
      } else {
        String text = set.substring(equals + 1).strip();
        put(set.substring(0, equals).strip(), new Value(TextNode.valueOf(text), "--set"));
      }
    }
  }

  /** Yields a list's elements: a YAML list, a text that holds one, or texts between commas. */
  static List<JsonNode> elements(JsonNode node) throws BadValueException {
    List<JsonNode> elements = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(elements::add);
    } else if (node.isTextual() && node.textValue().strip().startsWith("[")) {
      try {
        YAML.readTree(node.textValue()).forEach(elements::add);
      } catch (JsonProcessingException e) {
        throw new BadValueException("must be a list", e);
      }
    } else if (node.isTextual()) {
      for (String part : node.textValue().split(",", -1)) {
        if (!part.isBlank()) {
          elements.add(TextNode.valueOf(part.strip()));
        }
      }
    } else {
      throw new BadValueException("must be a list");
    }
    return elements;
  }
}
