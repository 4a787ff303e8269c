package io.scaler.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContestTraceTest {
  private static final String META =
      "{\"key\": \"f\", \"runtime\": \"go\", \"memoryInMb\": 512, \"timeoutInSecs\": 60,"
          + " \"initDurationInMs\": 49}\n";
  private static final String REQUEST =
      "{\"startTime\": 5000, \"metaKey\": \"f\", \"durationsInMs\": 250, \"statusCode\": 200}\n";

  @TempDir Path folder;

  @Test
  void readsFunctionsAndRequestsInTheOrderOfTheirStart() throws IOException {
    write("metas", META);
    write("requests", REQUEST + "\n" + REQUEST.replace("5000", "4000").replace("200}", "500}"));

    Trace trace = Traces.open(folder, TraceOptions.DEFAULT);

    Trace.Function function = trace.functions().get(0);
    assertThat(function.key()).isEqualTo("f");
    assertThat(function.spec().runtime()).isEqualTo("go");
    assertThat(function.spec().memoryMb()).isEqualTo(512);
    assertThat(function.spec().timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(function.init()).isEqualTo(Duration.ofMillis(49));
    assertThat(trace.requests())
        .containsExactly(
            new Trace.Request(function, 0, 250_000, true),
            new Trace.Request(function, 1_000_000, 250_000, false));
    assertThat(trace.length()).isEqualTo(Duration.ofMillis(1_250));
    assertThat(trace.requests().get(0).gbSeconds()).isEqualTo(0.125);
  }

  @Test
  void readsCompressedFiles() throws IOException {
    write("metas", META);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("requests.gz")))) {
      out.write(REQUEST.getBytes(StandardCharsets.UTF_8));
    }

    assertThat(Traces.open(folder, TraceOptions.DEFAULT).requests()).hasSize(1);
  }

  @Test
  void leavesOutWhatStartsAtTheLimitOrLater() throws IOException {
    write("metas", META);
    write("requests", REQUEST + REQUEST.replace("5000", "5999") + REQUEST.replace("5000", "6000"));

    var options = TraceOptions.DEFAULT.withLimit(Duration.ofSeconds(1));

    assertThat(Traces.open(folder, options).requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "metas| \"f\"| 7| metas:2: key: must be a string, is 7",
        "metas| \"f\"| \"\"| metas:2: key: must have 1 to 256 characters, has 0",
        "metas| \"key\": \"f\"| \"k\": \"f\"| metas:2: key: is missing",
        "metas| \"go\"| null| metas:2: runtime: is missing",
        "metas| 512| 0| metas:2: memoryInMb: must be a whole number from 1 to 2147483647, is 0",
        "metas| 512| 1.5| metas:2: memoryInMb: must be a whole number from 1 to 2147483647",
        "metas| 60| 86401| metas:2: timeoutInSecs: must be a whole number from 1 to 86400",
        "metas| 49| -1| metas:2: initDurationInMs: must be a whole number from 0 to 86400000",
        "requests| \"f\"| \"g\"| requests:2: metaKey: must be a key of metas, g is not",
        "requests| 5000| \"x\"| requests:2: startTime: must be a whole number",
        "requests| 5000| 99999999999999999999| requests:2: startTime: must be a whole number",
        "requests| 250| -250| requests:2: durationsInMs: must be a whole number from 0",
        "requests| \"statusCode\": 200| \"s\": 200| requests:2: statusCode: is missing",
        "requests| metaKey| startTime| requests:2: must be a JSON object: Duplicate",
        "requests| 200}| 200| requests:2: must be a JSON object",
        "requests| 200}| 200} {}| requests:2: must be a JSON object",
        "requests| {| [| requests:2: must be a JSON object",
      })
  void stopsAtAMalformedLine(String file, String good, String bad, String message)
      throws IOException {
    write("metas", META);
    write("requests", REQUEST);
    String other = META.replace("\"f\"", "\"other\"");
    write(
        file,
        file.equals("metas")
            ? other + META.replace(good, bad)
            : REQUEST + REQUEST.replace(good, bad));

    assertThatThrownBy(() -> Traces.open(folder, TraceOptions.DEFAULT))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith(folder + "/" + message);
  }

  @Test
  void refusesAFunctionThatIsThereTwice() throws IOException {
    write("metas", META + META);
    write("requests", REQUEST);

    assertThatThrownBy(() -> Traces.open(folder, TraceOptions.DEFAULT))
        .hasMessage(folder + "/metas:2: key: must be unique, f was there before");
  }

  @Test
  void saysThatATraceIsEmpty() throws IOException {
    write("metas", META);
    write("requests", "\n");

    assertThatThrownBy(() -> Traces.open(folder, TraceOptions.DEFAULT))
        .isInstanceOf(TraceException.class)
        .hasMessage(folder + ": the trace is empty: it has no requests");
  }

  @Test
  void saysWhatIsWrongWithAFolder() throws IOException {
    write("requests", REQUEST);

    assertThatThrownBy(() -> Traces.open(folder, TraceOptions.DEFAULT))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("must hold requests and metas (contest) or inv.csv");
    assertThatThrownBy(() -> Traces.open(folder.resolve("none"), TraceOptions.DEFAULT))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("a trace is a folder");
  }

  @Test
  void saysThatAFileIsNotWhatItsNameSays() throws IOException {
    write("metas", META);
    write("requests.gz", REQUEST);

    assertThatThrownBy(() -> Traces.open(folder, TraceOptions.DEFAULT))
        .isInstanceOf(TraceException.class)
        .hasMessage(folder + "/requests.gz: cannot be read: Not in GZIP format");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }
}
