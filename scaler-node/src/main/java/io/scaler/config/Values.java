package io.scaler.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of the layers, each checked against its key's rule. One that breaks it is noted, and
 * its default taken so that reading can go on.
 */
final class Values {
  private static final int LONGEST_SHOWN = 100;
  private static final Pattern ADDRESS = Pattern.compile("(\\[[^\\[\\]\\s]+]|[^:\\s]+):(\\d{1,5})");
  private static final String URL_RULE = "must be an http or https URL, or empty";
  private static final Size MEGABYTE = new Size(1 << 20);

  private final Layers layers;
  private final List<String> problems;
  private final Set<String> read = new LinkedHashSet<>();

  /** Makes a value of what a layer holds. */
  interface Form<T> {
    T of(JsonNode node) throws BadValueException;
  }

  Values(Layers layers, List<String> problems) {
    this.layers = layers;
    this.problems = problems;
  }

  <T> T read(String key, Form<T> form) {
    read.add(key);
    Layers.Value value = layers.value(key);
    try {
      return form.of(value.node());
    } catch (BadValueException e) {
      problems.add(
          "%s%s: %s, is %s (%s)"
              .formatted(key, e.place(), e.rule(), shown(e.part(value.node())), value.layer()));
    }
    try {
      return form.of(layers.byDefault(key).node());
    } catch (BadValueException e) {
      throw new IllegalStateException("the default of " + key + " breaks its rule", e);
    }
  }

  /** The keys that nobody has read. */
  Set<String> unread() {
    Set<String> unread = new LinkedHashSet<>(layers.keys());
    unread.removeAll(read);
    return unread;
  }

  private static String shown(JsonNode node) {
    String text = node.isTextual() ? "'" + node.textValue() + "'" : node.toString();
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }

  int integer(String key, int least, int most) {
    return read(key, node -> integer(node, least, most));
  }

  double number(String key, double least, double most) {
    String rule = "must be a number between %s and %s".formatted(inFull(least), inFull(most));
    return read(
        key,
        node -> {
          try {
            double number = Double.parseDouble(text(node));
            if (number >= least && number <= most) {
              return number;
            }
          } catch (NumberFormatException e) {
            throw new BadValueException(rule, e);
          }
          throw new BadValueException(rule);
        });
  }

  private static String inFull(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  Duration duration(String key, String least, String most) {
    return read(key, node -> duration(node, least, most));
  }

  /** A duration for machinery that counts seconds. */
  Duration seconds(String key, String least, String most) {
    return read(
        key,
        node -> {
          Duration duration = duration(node, least, most);
          if (!duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
            throw new BadValueException("must be whole seconds");
          }
          return duration;
        });
  }

  Size size(String key, String least, String most) {
    return read(key, node -> size(node, least, most));
  }

  /** Whole MB. */
  Size memory(String key, String least) {
    return read(key, node -> memory(node, least));
  }

  /** At least one character. */
  String text(String key) {
    return read(key, Values::filledText);
  }

  static String filledText(JsonNode node) throws BadValueException {
    String text = text(node);
    if (text.isBlank()) {
      throw new BadValueException("must not be empty");
    }
    return text;
  }

  boolean flag(String key) {
    return read(
        key,
        node ->
            switch (text(node)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new BadValueException("must be true or false");
            });
  }

  /** A text that may be empty. */
  String anyText(String key) {
    return read(key, Values::text);
  }

  /** An http or https URL, or nothing. */
  static String urlOrNone(JsonNode node) throws BadValueException {
    String text = text(node);
    try {
      URI url = new URI(text);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (text.isEmpty() || (isHttp && url.getHost() != null)) {
        return text;
      }
    } catch (URISyntaxException e) {
      throw new BadValueException(URL_RULE, e);
    }
    throw new BadValueException(URL_RULE);
  }

  String address(String key) {
    return read(key, Values::address);
  }

  List<String> addresses(String key) {
    return read(
        key,
        node -> {
          List<String> addresses = new ArrayList<>();
          for (JsonNode element : Layers.elements(node)) {
            addresses.add(address(element));
          }
          return List.copyOf(addresses);
        });
  }

  <E extends Enum<E>> E choice(String key, Class<E> choices) {
    return read(key, node -> choice(node, choices));
  }

  static <E extends Enum<E>> E choice(JsonNode node, Class<E> choices) throws BadValueException {
    String text = text(node);
    for (E choice : choices.getEnumConstants()) {
      if (name(choice).equals(text)) {
        return choice;
      }
    }
    throw new BadValueException(
        "must be one of "
            + Arrays.stream(choices.getEnumConstants())
                .map(Values::name)
                .collect(Collectors.joining(", ")));
  }

  /** How a configuration spells it. */
  static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static int integer(JsonNode node, int least, int most) throws BadValueException {
    String rule = "must be a whole number between %d and %d".formatted(least, most);
    try {
      int integer = Integer.parseInt(text(node));
      if (integer >= least && integer <= most) {
        return integer;
      }
    } catch (NumberFormatException e) {
      throw new BadValueException(rule, e);
    }
    throw new BadValueException(rule);
  }

  static Duration duration(JsonNode node, String least, String most) throws BadValueException {
    String rule = "must be a duration between %s and %s".formatted(least, most);
    try {
      Duration duration = DurationText.parse(text(node));
      if (duration.compareTo(DurationText.parse(least)) >= 0
          && duration.compareTo(DurationText.parse(most)) <= 0) {
        return duration;
      }
    } catch (IllegalArgumentException e) {
      throw new BadValueException(rule + " such as 100ms, 5s, 10m, 1h or 1d", e);
    }
    throw new BadValueException(rule);
  }

  static Size size(JsonNode node, String least, String most) throws BadValueException {
    String rule = "must be a size between %s and %s".formatted(least, most);
    try {
      Size size = Size.parse(text(node));
      if (size.bytes() >= Size.parse(least).bytes() && size.bytes() <= Size.parse(most).bytes()) {
        return size;
      }
    } catch (IllegalArgumentException e) {
      throw new BadValueException(rule + " such as 512MB or 2GB", e);
    }
    throw new BadValueException(rule);
  }

  static Size memory(JsonNode node, String least) throws BadValueException {
    Size size = size(node, least, "1024TB");
    if (size.bytes() % MEGABYTE.bytes() != 0) {
      throw new BadValueException("must be whole MB");
    }
    return size;
  }

  static String text(JsonNode node) throws BadValueException {
    if (node.isNull() || !node.isValueNode()) {
      throw new BadValueException("must be a single value");
    }
    return node.asText();
  }

  private static String address(JsonNode node) throws BadValueException {
    String text = text(node);
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()
        || Integer.parseInt(address.group(2)) < 1
        || Integer.parseInt(address.group(2)) > 65_535) {
      throw new BadValueException("must be host:port with a port between 1 and 65535");
    }
    return text;
  }
}
