package io.scaler.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Azure2019TraceTest {
  private static final double[] QUANTILES = {10, 20, 30, 40, 50, 60, 700};

  @TempDir Path folder;
  private final Map<String, String> files = new TreeMap<>();

  @BeforeEach
  void aTrace() {
    files.put(
        "inv.csv",
        "HashFunction,HashApp,HashOwner,minute_1,minute_2,minute_3\nf,a,o,3,0,5\ng,b,o,0,11,0\n");
    files.put(
        "run.csv",
        "HashFunction,HashApp,HashOwner,Count,Average,Minimum,Maximum,percentile_Average_0,"
            + "percentile_Average_1,percentile_Average_25,percentile_Average_50,"
            + "percentile_Average_75,percentile_Average_99,percentile_Average_100\n"
            + "f,a,o,8,35,10.0,70.0,10,20,30,40,50,60,70\n"
            + "g,b,o,8,35,10.0,70.0,100,100,100,100,100,100,400000.5\n");
    files.put(
        "mem.csv",
        """
        HashApp,HashOwner,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct100
        a,o,40,100,120.2
        b,o,40,0,0
        """);
  }

  @Test
  void spreadsAMinutesInvocationsOverTheMinute() throws IOException {
    Trace trace = read(TraceOptions.DEFAULT);

    assertThat(trace.requests()).hasSize(19);
    assertThat(trace.requests())
        .allSatisfy(
            request -> {
              long minute = request.startMicros() / 60_000_000;
              assertThat(minute)
                  .isIn(request.function().key().equals("f") ? List.of(0L, 2L) : List.of(1L));
            });
    assertThat(trace.requests().stream().map(Trace.Request::startMicros).distinct()).hasSize(19);
    assertThat(trace.requests().stream().filter(r -> r.function().key().equals("f")))
        .allSatisfy(
            request ->
                assertThat(request.execution())
                    .isBetween(Duration.ofMillis(10), Duration.ofMillis(70)));
  }

  @Test
  void takesMemoryFromTheAppTimeoutFromTheLongestExecutionAndTheRestFromTheOptions()
      throws IOException {
    Trace trace = read(TraceOptions.DEFAULT.withInit(Duration.ofMillis(123)));

    Trace.Function f = trace.functions().get(0);
    Trace.Function g = trace.functions().get(1);
    assertThat(f.spec().memoryMb()).isEqualTo(121);
    assertThat(g.spec().memoryMb()).isEqualTo(1);
    assertThat(f.spec().timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(g.spec().timeout()).isEqualTo(Duration.ofMillis(400_001));
    assertThat(f.init()).isEqualTo(Duration.ofMillis(123));
  }

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother() throws IOException {
    Trace trace = read(TraceOptions.DEFAULT.withSeed(7));

    assertThat(read(TraceOptions.DEFAULT.withSeed(7))).isEqualTo(trace);
    assertThat(read(TraceOptions.DEFAULT.withSeed(8))).isNotEqualTo(trace);
  }

  @Test
  void aLimitLeavesTheBeginningAsItIs() throws IOException {
    List<Trace.Request> all = read(TraceOptions.DEFAULT).requests();

    var limited = read(TraceOptions.DEFAULT.withLimit(Duration.ofSeconds(90))).requests();

    assertThat(limited).isEqualTo(all.subList(0, limited.size()));
    assertThat(all.get(limited.size()).start()).isGreaterThanOrEqualTo(Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "0.5, 15", "1, 20", "13, 25", "50, 40", "99, 60", "99.5, 380"})
  void drawsAStraightLineBetweenPercentiles(double percentile, double expected) {
    assertThat(Azure2019Trace.quantile(QUANTILES, percentile)).isCloseTo(expected, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inv.csv| f,a,o,3| f,a,o,x| inv.csv:2: minute_1: must be a number from 0 to 10000000, is",
        "inv.csv| f,a,o,3| f,a,o,1.5| inv.csv:2: minute_1: must be a whole number, is '1.5'",
        "inv.csv| f,a,o,3| f,a,o,-3| inv.csv:2: minute_1: must be a number from 0",
        "inv.csv| f,a,o,3| f,a,o| inv.csv:2: must have 6 fields as the header does, has 5",
        "inv.csv| f,a,o,3| f,a,\"o\",3| inv.csv:2: quotes are not understood",
        "inv.csv| f,a,o,3| z,a,o,3| inv.csv:2: HashFunction: must be in run.csv, z is not",
        "inv.csv| f,a,o,3| f,z,o,3| inv.csv:2: HashApp: must be in mem.csv, z is not",
        "inv.csv| g,b,o| f,b,o| inv.csv:3: HashFunction: must be unique, f was there before",
        "inv.csv| minute_2| minute_4| inv.csv:1: minute_2: is missing in the header",
        "inv.csv| minute_2| minute_1| inv.csv:1: minute_1: must be a column once",
        "inv.csv| HashApp| App| inv.csv:1: HashApp: is missing in the header",
        "run.csv| 10,20,30| 10,40,30| run.csv:2: percentile_Average_25: must not be below",
        "run.csv| 10,20,30| 10,NaN,30| run.csv:2: percentile_Average_1: must be a number",
        "run.csv| percentile_Average_99| p99| run.csv:1: percentile_Average_99: is missing",
        "run.csv| g,b,o| f,b,o| run.csv:3: HashFunction: must be unique, f was there before",
        "mem.csv| 120.2| 1e9| mem.csv:2: AverageAllocatedMb_pct100: must be a number from 0",
        "mem.csv| b,o| a,o| mem.csv:3: HashApp: must be unique, a was there before",
      })
  void stopsAtAMalformedLine(String file, String good, String bad, String message) {
    files.computeIfPresent(file, (name, text) -> text.replace(good, bad));

    assertThatThrownBy(() -> read(TraceOptions.DEFAULT))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith(folder + "/" + message);
  }

  @Test
  void saysThatAFileHasNoHeader() {
    files.put("mem.csv", "");

    assertThatThrownBy(() -> read(TraceOptions.DEFAULT))
        .hasMessage(folder + "/mem.csv:1: a header is missing");
  }

  @Test
  void saysThatATraceIsEmpty() {
    files.computeIfPresent("inv.csv", (name, text) -> text.lines().findFirst().orElseThrow());

    assertThatThrownBy(() -> read(TraceOptions.DEFAULT))
        .hasMessage(folder + ": the trace is empty: it has no requests");
  }

  private Trace read(TraceOptions options) throws IOException {
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    return Traces.open(folder, options);
  }
}
