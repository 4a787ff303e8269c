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
import org.junit.jupiter.params.provider.ValueSource;

class Azure2021TraceTest {
  private static final String ROWS =
      """
      app,func,end_timestamp,duration
      a,f,10.5,0.25
      b,f,11,2.0
      a,f,12.0797653198242187,9.5367431640625e-07
      """;

  @TempDir Path folder;

  @Test
  void aStartIsAnEndLessItsDurationAndTheTraceBeginsWithTheEarliest() throws IOException {
    Trace trace = read(ROWS);

    assertThat(trace.functions()).extracting(Trace.Function::key).containsExactly("a/f", "b/f");
    Trace.Function first = trace.functions().get(0);
    Trace.Function second = trace.functions().get(1);
    assertThat(trace.requests())
        .containsExactly(
            new Trace.Request(second, 0, 2_000_000, false),
            new Trace.Request(first, 1_250_000, 250_000, false),
            new Trace.Request(first, 3_079_764, 1, false));
  }

  @Test
  void whatEndsRightAfterTheFilesBeginningStartedBeforeIt() throws IOException {
    Trace trace = read(withHeader("a,f,1,5\na,f,2,0.5\n"));

    assertThat(trace.requests())
        .extracting(Trace.Request::startMicros)
        .containsExactly(0L, 5_500_000L);
  }

  @Test
  void takesMemoryAndInitFromTheOptionsAndTheTimeoutFromTheLongestExecution() throws IOException {
    write("t.csv", withHeader("a,f,1,0.5\nb,g,500,400.0005\nb,g,501,3\n"));

    var options = TraceOptions.DEFAULT.withInit(Duration.ofMillis(7)).withMemoryMb(333);
    Trace trace = Traces.open(folder.resolve("t.csv"), options);

    assertThat(trace.functions())
        .allSatisfy(
            function -> {
              assertThat(function.init()).isEqualTo(Duration.ofMillis(7));
              assertThat(function.spec().memoryMb()).isEqualTo(333);
            });
    assertThat(trace.functions())
        .extracting(function -> function.spec().timeout())
        .containsExactly(Duration.ofMinutes(5), Duration.ofMillis(400_001));
    assertThat(read(ROWS).functions().get(0).spec().memoryMb()).isEqualTo(170);
  }

  @Test
  void leavesOutWhatStartsAtTheLimitOrLater() throws IOException {
    write("t.csv", ROWS);

    var options = TraceOptions.DEFAULT.withLimit(Duration.ofMillis(1_250));

    assertThat(Traces.open(folder.resolve("t.csv"), options).requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t.csv", "t.csv.gz", "t.txt", "t.txt.gz"})
  void readsTheFileThatAFolderHolds(String file) throws IOException {
    write(file, ROWS);
    write("README.txt", "Not a table.\n");

    Trace trace = Traces.open(folder, TraceOptions.DEFAULT);

    assertThat(trace.name()).isEqualTo(folder.resolve(file).toString());
    assertThat(trace.requests()).hasSize(3);
    assertThat(Traces.open(folder.resolve(file), TraceOptions.DEFAULT)).isEqualTo(trace);
  }

  @Test
  void readsAFileWhateverItIsCalledWithMoreColumnsInAnotherOrder() throws IOException {
    write("trace", "duration,x,func,app,end_timestamp\n1,,f,a,3\n");

    assertThat(Traces.open(folder.resolve("trace"), TraceOptions.DEFAULT).requests()).hasSize(1);
  }

  @Test
  void asksWhichFileOfSeveralIsMeant() throws IOException {
    write("t.csv", ROWS);
    write("u.txt.gz", ROWS);

    assertThatThrownBy(() -> Traces.open(folder, TraceOptions.DEFAULT))
        .isInstanceOf(TraceException.class)
        .hasMessage(
            folder + ": holds more than one azure2021 trace, name the file: [t.csv, u.txt.gz]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.5| x| t.csv:2: end_timestamp: must be a number from 0 to 100000000000, is 'x'",
        "10.5| -1| t.csv:2: end_timestamp: must be a number from 0",
        "10.5| 1e99| t.csv:2: end_timestamp: must be a number from 0",
        "0.25| NaN| t.csv:2: duration: must be a number from 0 to 86400, is 'NaN'",
        "0.25| 86401| t.csv:2: duration: must be a number from 0 to 86400, is '86401'",
        "a,f,10.5| ,f,10.5| t.csv:2: app: must have 1 to 256 characters, has 0",
        "a,f,10.5| a,,10.5| t.csv:2: func: must have 1 to 256 characters, has 0",
        "10.5,0.25| 10.5| t.csv:2: must have 4 fields as the header does, has 3",
        "duration| seconds| t.csv:1: duration: is missing in the header",
      })
  void stopsAtAMalformedLine(String good, String bad, String message) {
    assertThatThrownBy(() -> read(ROWS.replace(good, bad)))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith(folder + "/" + message);
  }

  @Test
  void refusesAKeyThatIsTooLong() {
    String half = "k".repeat(128);

    assertThatThrownBy(() -> read(withHeader(half + "," + half + ",1,1\n")))
        .hasMessage(
            folder + "/t.csv:2: func: must have at most 256 characters with app and a slash");
  }

  @Test
  void saysThatATraceIsEmpty() {
    assertThatThrownBy(() -> read(withHeader("")))
        .isInstanceOf(TraceException.class)
        .hasMessage(folder + "/t.csv: the trace is empty: it has no requests");
    assertThatThrownBy(() -> read("")).hasMessage(folder + "/t.csv:1: a header is missing");
  }

  private static String withHeader(String rows) {
    return Azure2021Trace.HEADER + "\n" + rows;
  }

  private Trace read(String text) throws IOException {
    write("t.csv", text);
    return Traces.open(folder.resolve("t.csv"), TraceOptions.DEFAULT);
  }

  private void write(String file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (OutputStream plain = Files.newOutputStream(folder.resolve(file));
        OutputStream out = file.endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
      out.write(bytes);
    }
  }
}
