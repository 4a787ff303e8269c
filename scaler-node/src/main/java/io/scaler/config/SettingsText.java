package io.scaler.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Settings as YAML: a section for each record, a key for each component. */
final class SettingsText {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private SettingsText() {}

  static String of(Settings settings) {
    try {
      return YAML.writeValueAsString(section(settings));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings are not YAML", e);
    }
  }

  /** Every value by its key; a list is one value. */
  static Map<String, Object> values(Settings settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    collect("", section(settings), values);
    return values;
  }

  private static void collect(String prefix, Map<?, ?> section, Map<String, Object> values) {
    section.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner) {
            collect(prefix + key + ".", inner, values);
          } else {
            values.put(prefix + key, value);
          }
        });
  }

  private static Map<String, Object> section(Record section) {
    Map<String, Object> keys = new LinkedHashMap<>();
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      keys.put(
          key == null ? kebab(component.getName()) : key.value(), plain(value(section, component)));
    }
    return keys;
  }

  private static Object value(Record section, RecordComponent component) {
    try {
      return Objects.requireNonNull(component.getAccessor().invoke(section));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("not readable: " + component, e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Duration duration) {
      return DurationText.format(duration);
    }
    if (value instanceof ZoneId zone) {
      return zone.getId();
    }
    if (value instanceof Size size) {
      return size.toString();
    }
    if (value instanceof Enum<?> choice) {
      return Values.name(choice);
    }
    if (value instanceof Record section) {
      return section(section);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SettingsText::plain).toList();
    }
    return value;
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
