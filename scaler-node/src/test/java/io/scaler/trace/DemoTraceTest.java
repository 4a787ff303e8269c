package io.scaler.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Where the demo trace comes from. To change it, change this class and run it once with {@code
 * -Ddemo.trace.write=true}.
 */
class DemoTraceTest {
  private static final Path FOLDER = Path.of("src/main/resources/traces/demo");
  private static final long BEGIN = 1_700_000_000_000L;
  private static final int LENGTH_MS = 45_000;
  private static final double FAILING = 0.004;

  private record Meta(String key, String runtime, int memoryMb, int timeoutSecs, int initMs) {}

  private record Call(long start, String key, int execution, int status) {}

  private final SplittableRandom random = new SplittableRandom(20);
  private final List<Meta> metas = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();

  @Test
  void isWhatItsGeneratorWrites() throws IOException {
    generate();
    String metaLines = metas.stream().map(DemoTraceTest::line).collect(Collectors.joining());
    String callLines = calls.stream().map(DemoTraceTest::line).collect(Collectors.joining());
    if (Boolean.getBoolean("demo.trace.write")) {
      Files.writeString(FOLDER.resolve("metas"), metaLines);
      Files.writeString(FOLDER.resolve("requests"), callLines);
    }

    assertThat(bundled("metas")).isEqualTo(metaLines.getBytes(StandardCharsets.UTF_8));
    assertThat(bundled("requests")).isEqualTo(callLines.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsAsAboutTwelveHundredRequestsOfTwentyFunctionsInThreeQuartersOfAMinute() {
    Trace trace = Traces.open("demo", TraceOptions.DEFAULT);

    assertThat(trace.functions()).hasSize(20);
    assertThat(trace.requests()).hasSizeBetween(1_100, 1_300);
    assertThat(trace.length()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(48));
    assertThat(trace.requests()).anyMatch(Trace.Request::fails);
    assertThat(trace.functions())
        .allSatisfy(
            function -> {
              assertThat(function.spec().memoryMb()).isBetween(128L, 2048L);
              assertThat(function.init()).isBetween(Duration.ofMillis(50), Duration.ofMillis(800));
            });
    assertThat(trace.requests())
        .allSatisfy(
            request ->
                assertThat(request.execution())
                    .isBetween(Duration.ofMillis(5), Duration.ofSeconds(3)));
  }

  private void generate() {
    timer("timer-cleanup", "go", 128, 60, 20, 1_000);
    timer("timer-metrics", "python3", 256, 180, 45, 2_000);
    timer("timer-sync", "nodejs18", 512, 240, 400, 5_000);
    timer("timer-report", "java17", 1024, 800, 1_500, 10_000);
    burst("burst-thumbnails", "python3", 512, 300, 180, 10, 8_000);
    burst("burst-webhooks", "nodejs18", 256, 150, 40, 14, 11_000);
    burst("burst-encode", "custom", 2048, 650, 1_600, 4, 14_000);
    burst("burst-mail", "go", 128, 70, 90, 9, 9_500);
    rare("rare-invoice", "java17", 1024, 750, 700, 2);
    rare("rare-export", "python3", 2048, 420, 2_200, 1);
    rare("rare-signup", "nodejs18", 256, 160, 120, 3);
    rare("rare-refund", "java17", 512, 640, 250, 2);
    rare("rare-audit", "custom", 1536, 500, 900, 1);
    steady("steady-auth", "go", 128, 50, 12, 8);
    steady("steady-search", "java17", 1024, 700, 90, 4);
    steady("steady-cart", "nodejs18", 256, 140, 35, 3);
    steady("steady-price", "go", 128, 60, 8, 2.5);
    steady("steady-render", "nodejs18", 512, 260, 300, 1.5);
    steady("steady-classify", "python3", 1536, 800, 600, 1);
    steady("steady-geo", "custom", 384, 110, 60, 0.6);
    calls.sort(Comparator.comparingLong(Call::start));
  }

  private void timer(String key, String runtime, int memory, int init, int median, int period) {
    metas.add(new Meta(key, runtime, memory, 60, init));
    int first = random.nextInt(period);
    for (int at = first; at < LENGTH_MS; at += period) {
      call(key, Math.min(LENGTH_MS - 1, at + random.nextInt(5)), median);
    }
  }

  private void burst(
      String key, String runtime, int memory, int init, int median, int size, int pause) {
    metas.add(new Meta(key, runtime, memory, 60, init));
    for (int at = random.nextInt(pause);
        at < LENGTH_MS - 1_000;
        at += pause / 2 + random.nextInt(pause)) {
      for (int i = 0; i < size; i++) {
        call(key, at + random.nextInt(250), median);
      }
    }
  }

  private void rare(String key, String runtime, int memory, int init, int median, int count) {
    metas.add(new Meta(key, runtime, memory, 120, init));
    for (int i = 0; i < count; i++) {
      call(key, 1_000 + random.nextInt(LENGTH_MS - 4_000), median);
    }
  }

  private void steady(
      String key, String runtime, int memory, int init, int median, double perSecond) {
    metas.add(new Meta(key, runtime, memory, 30, init));
    double at = gap(perSecond);
    while (at < LENGTH_MS) {
      call(key, (long) at, median);
      at += gap(perSecond);
    }
  }

  private double gap(double perSecond) {
    return -StrictMath.log(1 - random.nextDouble()) * 1_000 / perSecond;
  }

  /** An execution is the median times a factor between 1/3 and 3, mostly near 1. */
  private void call(String key, long at, int median) {
    double swing = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
    long execution = Math.round(median * StrictMath.pow(3, swing / 1.5));
    int status = random.nextDouble() < FAILING ? 500 : 200;
    calls.add(new Call(BEGIN + at, key, (int) Math.max(5, Math.min(3_000, execution)), status));
  }

  private static String line(Meta meta) {
    return String.format(
        Locale.ROOT,
        "{\"key\": \"%s\", \"runtime\": \"%s\", \"memoryInMb\": %d, \"timeoutInSecs\": %d,"
            + " \"initDurationInMs\": %d}\n",
        meta.key(),
        meta.runtime(),
        meta.memoryMb(),
        meta.timeoutSecs(),
        meta.initMs());
  }

  private static String line(Call call) {
    return String.format(
        Locale.ROOT,
        "{\"startTime\": %d, \"metaKey\": \"%s\", \"durationsInMs\": %d, \"statusCode\": %d}\n",
        call.start(),
        call.key(),
        call.execution(),
        call.status());
  }

  private static byte[] bundled(String file) throws IOException {
    if (Boolean.getBoolean("demo.trace.write")) {
      return Files.readAllBytes(FOLDER.resolve(file));
    }
    try (InputStream in = DemoTraceTest.class.getResourceAsStream("/traces/demo/" + file)) {
      assertThat(in).as(file).isNotNull();
      return in.readAllBytes();
    }
  }
}
