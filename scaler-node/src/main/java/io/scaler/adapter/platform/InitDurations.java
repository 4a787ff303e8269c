package io.scaler.adapter.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long each function's application takes to start, from a {@code metas} file of the contest's
 * form: one JSON object a line with {@code key} and {@code initDurationInMs}; other fields are not
 * looked at.
 */
public final class InitDurations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MOST_MS = Duration.ofDays(1).toMillis();

  private InitDurations() {}

  /**
   * Reads the file; empty lines are skipped.
   *
   * @return by function key, in the file's order
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException naming file, line, field and rule
   */
  public static Map<String, Duration> read(Path metas) throws IOException {
    Map<String, Duration> durations = new LinkedHashMap<>();
    int number = 0;
    try (BufferedReader lines = Files.newBufferedReader(metas)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          add(line, new Place(metas, number), durations);
        }
      }
    } catch (MalformedInputException e) {
      throw new IllegalArgumentException(
          "%s, after line %d: must be UTF-8".formatted(metas, number), e);
    }
    return durations;
  }

  private record Place(Path file, int line) {
    IllegalArgumentException breaks(String rule) {
      return new IllegalArgumentException("%s, line %d: %s".formatted(file, line, rule));
    }
  }

  private static void add(String line, Place place, Map<String, Duration> durations) {
    JsonNode meta;
    try {
      meta = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw place.breaks("must be a JSON object: " + e.getOriginalMessage());
    }
    if (!meta.isObject()) {
      throw place.breaks("must be a JSON object");
    }
    JsonNode key = meta.get("key");
    if (key == null || !key.isTextual() || key.textValue().isEmpty()) {
      throw place.breaks("key: must be a text that is not empty, is " + shown(key));
    }
    JsonNode init = meta.get("initDurationInMs");
    boolean isDuration =
        init != null
            && init.isIntegralNumber()
            && init.canConvertToLong()
            && init.longValue() >= 0
            && init.longValue() <= MOST_MS;
    if (init == null || !isDuration) {
      throw place.breaks(
          "initDurationInMs: must be a whole number from 0 to %d, is %s"
              .formatted(MOST_MS, shown(init)));
    }
    if (durations.putIfAbsent(key.textValue(), Duration.ofMillis(init.longValue())) != null) {
      throw place.breaks("key: must not appear twice, is " + shown(key));
    }
  }

  private static String shown(@Nullable JsonNode value) {
    return value == null ? "absent" : value.toString();
  }
}
