package io.scaler.adapter.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** An answer. */
record Response(int status, String contentType, String body) {
  private static final JsonMapper JSON = new JsonMapper();

  static Response text(int status, String text) {
    return new Response(status, "text/plain; charset=utf-8", text);
  }

  /** A value of records, lists, maps, numbers and strings. */
  static Response json(int status, Object value) {
    try {
      return new Response(status, "application/json", JSON.writeValueAsString(value) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values are not JSON", e);
    }
  }
}
