package io.scaler.simulation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a {@link Report} as one page that holds its style, script, library and figures. */
public final class HtmlReport {
  private static final String LIBRARY =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private HtmlReport() {}

  /**
   * Writes the page.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Report report, Path file) throws IOException {
    Files.writeString(file, page(report));
  }

  /** The page's text. */
  static String page(Report report) {
    return resource("/report/page.html")
        .replace("{{style}}", resource("/report/page.css"))
        .replace("{{library}}", resource(LIBRARY))
        .replace("{{plots}}", resource("/plots.js"))
        .replace("{{script}}", resource("/report/page.js"))
        .replace("{{data}}", json(report));
  }

  /** The figures, without the character that could end the element they stand in. */
  private static String json(Report report) {
    try {
      return JSON.writeValueAsString(report).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of plain records cannot be written", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
