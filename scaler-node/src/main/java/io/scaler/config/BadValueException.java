package io.scaler.config;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A value, or a part of one, that breaks its rule. */
final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String rule;
  private final String place;
  private final transient @Nullable JsonNode part;

  /**
   * @param rule what it must be
   */
  BadValueException(String rule) {
    this(rule, "", null, null);
  }

  BadValueException(String rule, Throwable cause) {
    this(rule, "", null, cause);
  }

  private BadValueException(
      String rule, String place, @Nullable JsonNode part, @Nullable Throwable cause) {
    super(place + ": " + rule, cause);
    this.rule = rule;
    this.place = place;
    this.part = part;
  }

  /**
   * The same, seen from further outside.
   *
   * @param outer e.g. {@code [3]} or {@code .memory}
   * @param value what is there
   */
  BadValueException within(String outer, JsonNode value) {
    return new BadValueException(rule, outer + place, part == null ? value : part, this);
  }

  String rule() {
    return rule;
  }

  /** Where within the key's value; empty for all of it. */
  String place() {
    return place;
  }

  /** What is there, or {@code whole} if it is all of it. */
  JsonNode part(JsonNode whole) {
    return part == null ? whole : part;
  }
}
