package io.scaler.adapter.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;

/**
 * An answer.
 *
 * @param body not changed after this
 */
record Response(int status, String contentType, byte[] body) {
  private static final JsonMapper JSON = new JsonMapper();

  static Response text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text);
  }

  static Response of(int status, String contentType, String text) {
    return new Response(status, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A value of records, lists, maps, numbers and strings. */
  static Response json(int status, Object value) {
    try {
      return of(status, "application/json", JSON.writeValueAsString(value) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values are not JSON", e);
    }
  }
}
