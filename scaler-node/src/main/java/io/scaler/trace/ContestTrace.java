package io.scaler.trace;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The form of the 2023 serverless cold-start challenge: {@code metas} and {@code requests}, a JSON
 * object a line. Fields that it does not know are left alone.
 */
final class ContestTrace {
  /** A duration beyond this is taken for a mistake in the unit. */
  private static final long LONGEST_MS = Duration.ofDays(1).toMillis();

  private static final long LAST_START_MS = Long.MAX_VALUE / 2_000;
  private static final int OK = 200;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private ContestTrace() {}

  static Trace read(Folder folder, TraceOptions options) {
    Map<String, Trace.Function> functions = functions(folder);
    return new Trace(
        folder.name(), List.copyOf(functions.values()), requests(folder, functions, options));
  }

  private static Map<String, Trace.Function> functions(Folder folder) {
    Map<String, Trace.Function> functions = new LinkedHashMap<>();
    try (Lines lines = folder.open("metas")) {
      for (Row row = Row.next(lines); row != null; row = Row.next(lines)) {
        String key = row.text("key", 1);
        var spec =
            new FunctionSpec(
                key,
                row.text("runtime", 0),
                row.number("memoryInMb", 1, Integer.MAX_VALUE),
                Duration.ofSeconds(
                    row.number("timeoutInSecs", 1, FunctionSpec.LONGEST_TIMEOUT.toSeconds())));
        var init = Duration.ofMillis(row.number("initDurationInMs", 0, LONGEST_MS));
        if (functions.putIfAbsent(key, new Trace.Function(spec, init)) != null) {
          throw lines.fault("key", "must be unique, " + key + " was there before");
        }
      }
    }
    return functions;
  }

  private record Call(Trace.Function function, long startMs, long executionMs, boolean fails) {}

  private static List<Trace.Request> requests(
      Folder folder, Map<String, Trace.Function> functions, TraceOptions options) {
    List<Call> calls = new ArrayList<>();
    try (Lines lines = folder.open("requests")) {
      for (Row row = Row.next(lines); row != null; row = Row.next(lines)) {
        String key = row.text("metaKey", 1);
        Trace.Function function = functions.get(key);
        if (function == null) {
          throw lines.fault("metaKey", "must be a key of metas, " + key + " is not");
        }
        calls.add(
            new Call(
                function,
                row.number("startTime", 0, LAST_START_MS),
                row.number("durationsInMs", 0, LONGEST_MS),
                row.number("statusCode", 0, 999) != OK));
      }
    }
    calls.sort(Comparator.comparingLong(Call::startMs));
    long limit = options.limitMicros();
    List<Trace.Request> requests = new ArrayList<>(calls.size());
    for (Call call : calls) {
      long startMicros = (call.startMs() - calls.get(0).startMs()) * 1_000;
      if (startMicros >= limit) {
        break;
      }
      requests.add(
          new Trace.Request(
              call.function(), startMicros, call.executionMs() * 1_000, call.fails()));
    }
    return requests;
  }

  /** One line's object. */
  private record Row(Lines lines, JsonNode object) {

    static @Nullable Row next(Lines lines) {
      String line = lines.next();
      if (line == null) {
        return null;
      }
      try {
        JsonNode node = JSON.readTree(line);
        if (!node.isObject()) {
          throw lines.fault("must be a JSON object");
        }
        return new Row(lines, node);
      } catch (JsonProcessingException e) {
        throw lines.fault("must be a JSON object: " + e.getOriginalMessage());
      }
    }

    String text(String field, int shortest) {
      JsonNode value = required(field);
      if (!value.isTextual()) {
        throw lines.fault(field, "must be a string, is " + value);
      }
      int length = value.textValue().length();
      if (length < shortest || length > Check.LONGEST_ID) {
        throw lines.fault(
            field,
            "must have " + shortest + " to " + Check.LONGEST_ID + " characters, has " + length);
      }
      return value.textValue();
    }

    long number(String field, long least, long most) {
      JsonNode value = required(field);
      if (!value.isIntegralNumber()
          || !value.canConvertToLong()
          || value.longValue() < least
          || value.longValue() > most) {
        throw lines.fault(
            field, "must be a whole number from " + least + " to " + most + ", is " + value);
      }
      return value.longValue();
    }

    private JsonNode required(String field) {
      JsonNode value = object.get(field);
      if (value == null || value.isNull()) {
        throw lines.fault(field, "is missing");
      }
      return value;
    }
  }
}
