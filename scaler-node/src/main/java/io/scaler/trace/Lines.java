package io.scaler.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A file's lines, one after the other, and where in the file the reader is. */
final class Lines implements AutoCloseable {
  private final String file;
  private final BufferedReader text;
  private int number;

  Lines(String file, InputStream in) {
    this.file = file;
    // A decoder from the charset refuses what is not UTF-8; a reader by name would replace it.
    this.text =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
  }

  /** The next line that is not blank, or null after the last. */
  @Nullable String next() {
    try {
      String line;
      do {
        line = text.readLine();
        number++;
      } while (line != null && line.isBlank());
      return line;
    } catch (IOException e) {
      throw new TraceException(at() + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** What is wrong with a field of the current line. */
  TraceException fault(String field, String rule) {
    return new TraceException(at() + ": " + field + ": " + rule);
  }

  /** What is wrong with the current line as a whole. */
  TraceException fault(String rule) {
    return new TraceException(at() + ": " + rule);
  }

  private String at() {
    return file + ":" + number;
  }

  @Override
  public void close() {
    try {
      text.close();
    } catch (IOException e) {
      throw new TraceException(file + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
