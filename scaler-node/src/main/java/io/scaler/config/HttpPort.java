package io.scaler.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a node's HTTP port is, by as much of its configuration as is readable. For a node that runs
 * serves on when its file comes to break a rule; nothing else of the file is looked at, so this is
 * also quicker than {@link Settings#load}.
 *
 * @param host as {@code http.host}, which may be that of all addresses
 * @param file that says the port; null if none does
 * @param problems why the file, or a key of it, does not count
 */
public record HttpPort(
    String host, int port, boolean isEncrypted, @Nullable Path file, List<String> problems) {
  private static final String HOST = "http.host";
  private static final String PORT = "http.port";
  private static final String CERTIFICATE = "tls.certificate";
  private static final Map<String, String> DEFAULTS =
      Map.of(HOST, "127.0.0.1", PORT, "9080", CERTIFICATE, "");
  private static final ObjectReader ONE_VALUE =
      Layers.YAML.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int HIGHEST = 65_535;

  public HttpPort {
    problems = List.copyOf(problems);
  }

  /**
   * Reads the environment, and the file below it.
   *
   * @param config the file; null for the one that {@code SCALER_CONFIG} names, if it does
   * @throws IllegalArgumentException if a variable breaks its key's rule; the message says which
   */
  public static HttpPort of(@Nullable Path config, Map<String, String> environment) {
    Path file = Settings.file(config, environment).orElse(null);
    List<String> problems = new ArrayList<>();
    Map<String, JsonNode> read = new HashMap<>();
    if (file != null) {
      read(file, read, problems);
      check(file, read, problems);
    }
    boolean isOfFile = read.containsKey(PORT);
    for (String key : DEFAULTS.keySet()) {
      String name = Layers.variable(key);
      String text = environment.get(name);
      if (text != null && !Layers.isForOthers(name, text)) {
        isOfFile &= !key.equals(PORT);
        read.put(key, checked(key, name, text));
      }
    }
    DEFAULTS.forEach((key, text) -> read.putIfAbsent(key, TextNode.valueOf(text)));
    return new HttpPort(
        value(read, HOST).asText(),
        value(read, PORT).asInt(),
        !value(read, CERTIFICATE).asText().isEmpty(),
        isOfFile ? file : null,
        problems);
  }

  private static JsonNode value(Map<String, JsonNode> read, String key) {
    return read.getOrDefault(key, TextNode.valueOf(""));
  }

  /** Reads the file's keys, up to where it is no YAML any more. */
  private static void read(Path file, Map<String, JsonNode> into, List<String> problems) {
    try (JsonParser parser = Layers.YAML.createParser(Files.readString(file))) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isScalarValue()) {
          String place = parser.getParsingContext().pathAsPointer().toString();
          String key = place.replaceFirst("^/", "").replace('/', '.');
          if (DEFAULTS.containsKey(key)) {
            into.put(key, ONE_VALUE.readTree(parser));
          }
        }
      }
    } catch (JsonProcessingException e) {
      problems.add(
          "file %s: is no YAML: %s (line %d); what stands before that counts"
              .formatted(
                  file,
                  e.getOriginalMessage(),
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr()));
    } catch (IOException e) {
      problems.add(
          "file %s: cannot be read: %s; the environment and the defaults count".formatted(file, e));
    }
  }

  private static void check(Path file, Map<String, JsonNode> read, List<String> problems) {
    for (String key : DEFAULTS.keySet()) {
      JsonNode node = read.get(key);
      try {
        if (node != null) {
          check(key, node);
        }
      } catch (BadValueException e) {
        read.remove(key);
        problems.add(
            "%s: %s, is %s (file %s); the environment or the default counts"
                .formatted(key, e.rule(), node, file));
      }
    }
  }

  private static JsonNode checked(String key, String variable, String text) {
    JsonNode node = TextNode.valueOf(text);
    try {
      check(key, node);
      return node;
    } catch (BadValueException e) {
      throw new IllegalArgumentException("%s: %s, is '%s'".formatted(variable, e.rule(), text), e);
    }
  }

  private static void check(String key, JsonNode node) throws BadValueException {
    switch (key) {
      case HOST -> Values.filledText(node);
      case PORT -> Values.integer(node, 0, HIGHEST);
      default -> Values.text(node);
    }
  }
}
