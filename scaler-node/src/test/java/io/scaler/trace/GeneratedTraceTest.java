package io.scaler.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedTraceTest {

  @ParameterizedTest
  @EnumSource(GeneratedTrace.class)
  void isTheSameForTheSameSeedAndAnotherForAnother(GeneratedTrace kind) {
    Trace trace = open(kind + ":7");

    assertThat(open(kind + ":7")).isEqualTo(trace);
    assertThat(open(kind + ":8").requests()).isNotEqualTo(trace.requests());
    assertThat(Traces.open("generated:" + kind, TraceOptions.DEFAULT.withSeed(7))).isEqualTo(trace);
    assertThat(trace.name()).isEqualTo("generated:" + kind + ":7");
  }

  @ParameterizedTest
  @EnumSource(GeneratedTrace.class)
  void aLimitLeavesTheBeginningAsItIs(GeneratedTrace kind) {
    List<Trace.Request> all = open(kind.toString()).requests();

    var options = TraceOptions.DEFAULT.withLimit(Duration.ofMinutes(60));
    var limited = Traces.open("generated:" + kind, options).requests();

    assertThat(limited).isEqualTo(all.subList(0, limited.size()));
    assertThat(all.get(limited.size()).start()).isGreaterThanOrEqualTo(Duration.ofMinutes(60));
  }

  @ParameterizedTest
  @CsvSource({
    "timers, 40, 5000, 60000, PT6H",
    "bursts, 30, 5000, 150000, PT6H",
    "diurnal, 24, 20000, 500000, PT24H",
    "rare, 120, 500, 2000, PT24H",
    "drifting, 40, 20000, 500000, PT12H",
    "heavy-tailed, 100, 20000, 500000, PT6H",
    "mixed, 535, 350000, 450000, PT1H8M",
  })
  void hasAsManyFunctionsAndRequestsAsItSays(
      String kind, int functions, int least, int most, Duration length) {
    Trace trace = open(kind);

    assertThat(trace.functions()).hasSize(functions);
    assertThat(trace.requests()).hasSizeBetween(least, most);
    Duration last = trace.requests().get(trace.requests().size() - 1).start();
    assertThat(last).isBetween(length.multipliedBy(9).dividedBy(10), length);
  }

  @Test
  void timersKeepTheirPeriodWithinTheirJitter() {
    Map<String, double[]> starts = startsByFunction(open("timers"));
    for (int i = 0; i < 40; i++) {
      double[] at = starts.get("timer-" + i);
      double period = Math.round(at[1] - at[0]);
      int turns = 0;
      for (int k = 1; k < at.length; k++) {
        turns += Math.abs(at[k] - at[k - 1] - period) > 0.010 ? 1 : 0;
      }
      if (i % 4 == 1) {
        assertThat(turns).as("timer-%d goes over to another period", i).isPositive();
      } else {
        assertThat(turns).as("timer-%d keeps its period", i).isZero();
      }
      boolean stops = at[at.length - 1] < 0.76 * 6 * 3_600;
      assertThat(stops).as("timer-%d stops", i).isEqualTo(i % 4 == 0);
    }
  }

  @Test
  void burstsAreTensOfCallsWithinATenthOfASecondAndThenNothing() {
    for (double[] at : startsByFunction(open("bursts")).values()) {
      int size = 1;
      double begin = at[0];
      int burstsOfTens = 0;
      int bursts = 0;
      for (int k = 1; k <= at.length; k++) {
        if (k < at.length && at[k] - at[k - 1] < 0.1) {
          size++;
          continue;
        }
        bursts++;
        burstsOfTens += size >= 10 ? 1 : 0;
        if (k < at.length) {
          assertThat(at[k - 1] - begin).isLessThan(0.4);
          begin = at[k];
          size = 1;
        }
      }
      assertThat(burstsOfTens).isEqualTo(bursts);
    }
  }

  @Test
  void aDayIsBusierThanItsNight() {
    double[] at = open("diurnal").requests().stream().mapToDouble(r -> hours(r)).toArray();

    long noon = Arrays.stream(at).filter(hour -> hour >= 10 && hour < 16).count();
    long night = Arrays.stream(at).filter(hour -> hour < 3 || hour >= 21).count();

    assertThat(noon).isGreaterThan(3 * night);
  }

  @Test
  void rareFunctionsAreCalledHoursApart() {
    Map<String, double[]> starts = startsByFunction(open("rare"));

    double[] gaps =
        starts.values().stream()
            .flatMapToDouble(
                at ->
                    DoubleStream.iterate(1, k -> k < at.length, k -> k + 1)
                        .map(k -> at[(int) k] - at[(int) k - 1]))
            .sorted()
            .toArray();

    assertThat(gaps[gaps.length / 2]).isBetween(3_600.0 / 2, 8 * 3_600.0);
  }

  @Test
  void driftingTimersGrowOrShrinkTheirPeriod() {
    Map<String, double[]> starts = startsByFunction(open("drifting"));
    for (int i = 0; i < 40; i += 4) {
      assertThat(growth(starts.get("drift-" + i))).isBetween(1.9, 8.1);
      assertThat(1 / growth(starts.get("drift-" + (i + 1)))).isBetween(1.9, 8.1);
    }
  }

  private static double growth(double[] at) {
    return (at[at.length - 1] - at[at.length - 2]) / (at[1] - at[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"heavy-tailed", "mixed"})
  void spansTheWholeRangeOfExecutionsMemoryAndInit(String kind) {
    Trace trace = open(kind);

    double longest = kind.equals("mixed") ? 213 : 200;
    var executions =
        trace.requests().stream().mapToDouble(r -> r.executionMicros() / 1e6).summaryStatistics();
    assertThat(executions.getMin()).isCloseTo(0.001, within(1e-9));
    assertThat(executions.getMax()).isBetween(longest / 2, longest);
    var memory = trace.functions().stream().mapToLong(f -> f.spec().memoryMb()).summaryStatistics();
    assertThat(memory.getMin()).isEqualTo(128);
    assertThat(memory.getMax()).isEqualTo(8_192);
    var init = trace.functions().stream().mapToLong(f -> f.init().toMillis()).summaryStatistics();
    assertThat(init.getMin()).isBetween(100L, 200L);
    assertThat(init.getMax()).isBetween(40_000L, 120_000L);
  }

  @Test
  void mixedIsSkewed() {
    long[] counts =
        startsByFunction(open("mixed")).values().stream()
            .mapToLong(at -> at.length)
            .sorted()
            .toArray();

    long all = Arrays.stream(counts).sum();
    long top = Arrays.stream(counts).skip(counts.length - counts.length / 10).sum();
    assertThat((double) top / all).isGreaterThan(0.6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timer| generated:timer: unknown kind 'timer', must be one of timers, bursts, diurnal,"
            + " rare, drifting, heavy-tailed, mixed",
        "timers:x| generated: seed: must be a whole number, is 'x'",
        "timers:| generated: seed: must be a whole number, is ''",
      })
  void saysWhatIsWrongWithAName(String what, String message) {
    assertThatThrownBy(() -> open(what)).isInstanceOf(TraceException.class).hasMessage(message);
  }

  private static Trace open(String what) {
    return Traces.open("generated:" + what, TraceOptions.DEFAULT);
  }

  private static double hours(Trace.Request request) {
    return request.startMicros() / 3.6e9;
  }

  private static Map<String, double[]> startsByFunction(Trace trace) {
    return trace.requests().stream()
        .collect(
            Collectors.groupingBy(
                r -> r.function().key(),
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    all -> all.stream().mapToDouble(r -> r.startMicros() / 1e6).toArray())));
  }
}
