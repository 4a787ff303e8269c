package io.scaler.adapter.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.scaler.service.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens and whose they are: a list in YAML of {@code {name, role, sha256}} or {@code {name,
 * role, token}}. Several may have one name, as while one token takes the place of another.
 */
final class TokenFile {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final int SHORTEST = 16;
  private static final Set<String> KEYS = Set.of("name", "role", "sha256", "token");

  private final Map<Digest, Caller> callers;

  private TokenFile(Map<Digest, Caller> callers) {
    this.callers = Map.copyOf(callers);
  }

  /**
   * @throws IOException if it cannot be read or breaks a rule; the message says where
   */
  static TokenFile read(Path file) throws IOException {
    JsonNode list;
    try {
      list = YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IOException("is no YAML: " + e.getOriginalMessage(), e);
    }
    if (!list.isArray() && !list.isMissingNode() && !list.isNull()) {
      throw new IOException("must hold a list of {name, role, sha256} or {name, role, token}");
    }
    Map<Digest, Caller> callers = new HashMap<>();
    int index = 0;
    for (JsonNode entry : list) {
      String place = "[" + index++ + "]";
      try {
        entry
            .fieldNames()
            .forEachRemaining(
                key -> require(KEYS.contains(key), key + ": no such key; there are " + KEYS));
        Caller caller =
            new Caller("token " + text(entry, "name"), Set.of(role(text(entry, "role"))));
        require(callers.put(digest(entry), caller) == null, "token: is there twice");
      } catch (IllegalArgumentException e) {
        throw new IOException(place + ": " + e.getMessage(), e);
      }
    }
    return new TokenFile(callers);
  }

  private static Digest digest(JsonNode entry) {
    boolean isHashed = entry.has("sha256");
    require(isHashed != entry.has("token"), "must have either sha256 or token");
    if (isHashed) {
      try {
        return new Digest(text(entry, "sha256"));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("sha256: " + e.getMessage(), e);
      }
    }
    String token = text(entry, "token");
    require(
        token.length() >= SHORTEST, "token: must have at least %d characters".formatted(SHORTEST));
    return Digest.of(token);
  }

  private static String text(JsonNode entry, String key) {
    String text = entry.path(key).asText("");
    require(!text.isBlank(), key + ": must not be empty");
    return text;
  }

  private static Role role(String word) {
    return Role.of(word)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "role: must be one of "
                        + Arrays.stream(Role.values())
                            .map(Role::word)
                            .collect(Collectors.joining(", "))
                        + ", is "
                        + word));
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** Null for a token that is not in the file. */
  @Nullable Caller of(Digest token) {
    return callers.get(token);
  }

  int size() {
    return callers.size();
  }
}
