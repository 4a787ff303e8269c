package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetFunctionResponse;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A node whose configuration file changes while it runs. */
@Timeout(120)
class ReloadTest {
  private static final String WHOLE =
      """
      cluster: {name: %s, port: 0}
      grpc: {port: 0}
      http: {port: 0}
      platform: {simulated: {create-latency: 1ms, init: 2ms}}
      leader: {tick: 20ms}
      """
          .formatted("reload-" + ProcessHandle.current().pid());

  @TempDir private Path folder;
  private Path file;
  private Node node;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException, SettingsException {
    file = folder.resolve("scaler.yaml");
    write("policy: {default: fixed, fixed: {keep-alive: 10m}}\n");
    SettingsSource source =
        new SettingsSource() {
          @Override
          public Settings load() throws SettingsException {
            return Settings.load(file, Map.of(), List.of());
          }

          @Override
          public Optional<Path> file() {
            return Optional.of(file);
          }
        };
    node = Node.start(source.load(), source);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", node.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    node.close();
  }

  private void write(String more) throws IOException {
    Files.writeString(file, WHOLE + more);
  }

  private String run(int exitCode, String... arguments) {
    var out = new StringWriter();
    CommandLine main = Main.commandLine();
    main.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--scaler";
    all[arguments.length + 1] = "127.0.0.1:" + node.port();
    assertThat(main.execute(all)).as("%s", out).isEqualTo(exitCode);
    return out.toString();
  }

  private void use(String key) {
    Assignment held =
        ScalerGrpc.newBlockingStub(channel)
            .assign(
                AssignRequest.newBuilder()
                    .setRequestId("r1")
                    .setFunction(Function.newBuilder().setKey(key).setMemoryMb(64))
                    .build())
            .getAssignment();
    ScalerGrpc.newBlockingStub(channel)
        .release(ReleaseRequest.newBuilder().setAssignment(held).build());
  }

  private GetFunctionResponse function(String key) {
    return ScalerAdminGrpc.newBlockingStub(channel)
        .getFunction(GetFunctionRequest.newBuilder().setKey(key).build());
  }

  @Test
  void aChangedFileHoldsWithoutARestartAlsoForWhatIsIdleSinceBefore() throws IOException {
    use("f");
    assertThat(function("f").getSummary().getCounts().getIdle()).isEqualTo(1);

    write("policy: {default: none}\n");

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(function("f").getPlan().getWords()).startsWith("none: ");
              assertThat(function("f").getSummary().getCounts().getIdle()).isZero();
            });
  }

  @Test
  void theCommandSaysWhatChangedAndWhatNeedsARestart() throws Exception {
    write(
        """
        policy: {default: fixed, fixed: {keep-alive: 7m}}
        limits: {calls: 17, launches: 18}
        requests: {lease-grace: 11s}
        provisioned: [{key: p, memory: 64MB, instances: 2}]
        """);

    String told = run(0, "reload");

    // The node may have looked by itself just before; then nothing is left that changes.
    assertThat(told).contains("needs restart  requests.lease-grace");
    assertThat(run(0, "status"))
        .containsPattern("limits.launches +18 ")
        .containsPattern("limits.calls +17 ");
    assertThat(metrics()).contains("scaler_limit{limit=\"launches\"} 18.0\n");
    assertThat(told)
        .containsAnyOf(
            "changed        limits.calls, limits.launches, policy.fixed.keep-alive, provisioned",
            "changed        nothing");
    use("f");
    assertThat(function("f").getPlan().getWords())
        .isEqualTo("fixed: keeps every idle instance for 7 min");
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(function("p").getSummary().getCounts().getIdle()).isEqualTo(2));
  }

  private String metrics() throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + "/metrics"))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  @Test
  void aBadFileChangesNothingAndSaysWhy() throws Exception {
    assertThat(metrics()).contains("scaler_configuration_broken 0.0\n");
    write("policy: {default: best}\nlimits: {calls: 0}\n");

    assertThat(run(1, "reload"))
        .contains(": configuration: policy.default: must be one of ")
        .contains("limits.calls: must be a whole number between 1 and 10000000, is 0");
    assertThat(metrics())
        .contains("scaler_configuration_broken 1.0\n")
        .contains("scaler_refused_total{method=\"reload\",reason=\"invalid_field\"} 1.0\n");
    use("f");
    assertThat(function("f").getPlan().getWords())
        .isEqualTo("fixed: keeps every idle instance for 10 min");

    write("policy: {default: none}\n");
    assertThat(run(0, "reload")).contains("needs restart  nothing");
    assertThat(metrics()).contains("scaler_configuration_broken 0.0\n");
    assertThat(function("f").getPlan().getWords()).startsWith("none: ");
  }
}
