package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.adapter.metrics.Metric;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.DestroyInstancesRequest;
import io.scaler.v1.DrainNodeRequest;
import io.scaler.v1.Function;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.ListFunctionsRequest;
import io.scaler.v1.Override;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.RemoveOverrideRequest;
import io.scaler.v1.RenewRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import io.scaler.v1.SetOverrideRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node serves to Prometheus, and what is written about it. */
@Timeout(120)
class MetricsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern SERIES = Pattern.compile("\\bscaler_[a-z_]+");

  private static Node node;
  private static ManagedChannel channel;
  private static ScalerGrpc.ScalerBlockingStub scaler;

  @BeforeAll
  static void start() throws Exception {
    node = Node.start(LocalNodes.settings("policy.default=fixed"));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", node.port()).usePlaintext().build();
    scaler = ScalerGrpc.newBlockingStub(channel).withWaitForReady();
    AssignResponse cold = assign("r1");
    scaler.release(ReleaseRequest.newBuilder().setAssignment(cold.getAssignment()).build());
    AssignResponse warm = assign("r2");
    assertThat(warm.getAssignment().getInstanceId())
        .isEqualTo(cold.getAssignment().getInstanceId());
    await()
        .untilAsserted(
            () ->
                assertThat(value("scaler_function_calls_per_second{function=\"f\"}"))
                    .as("looked at every two seconds")
                    .isPositive());
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    node.close();
  }

  private static AssignResponse assign(String request) {
    return scaler.assign(
        AssignRequest.newBuilder()
            .setRequestId(request)
            .setFunction(Function.newBuilder().setKey("f").setMemoryMb(512))
            .build());
  }

  private static String scrape() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + "/metrics"))
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  private static double value(String series) throws Exception {
    return scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .map(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no series " + series));
  }

  @Test
  void countsAssignsByHowTheyCameAbout() throws Exception {
    assertThat(value("scaler_assign_seconds_count{start=\"cold\"}")).isEqualTo(1);
    assertThat(value("scaler_assign_seconds_count{start=\"warm\"}")).isEqualTo(1);
    assertThat(value("scaler_release_seconds_count")).isEqualTo(1);
    assertThat(value("scaler_assign_seconds_sum{start=\"cold\"}"))
        .isGreaterThan(value("scaler_assign_seconds_sum{start=\"warm\"}"));
  }

  @Test
  void countsWhatThePlatformDidAndWhatRunsThere() throws Exception {
    assertThat(value("scaler_platform_call_seconds_count{outcome=\"ok\",phase=\"create\"}"))
        .isEqualTo(1);
    assertThat(value("scaler_platform_call_seconds_count{outcome=\"ok\",phase=\"init\"}"))
        .isEqualTo(1);
    assertThat(value("scaler_instances{state=\"busy\"}")).isEqualTo(1);
    assertThat(value("scaler_instances{state=\"idle\"}")).isZero();
    assertThat(value("scaler_slot_gb_seconds_total")).isPositive();
  }

  @Test
  void tellsALaunchesPhasesApart() throws Exception {
    assertThat(value("scaler_launch_queue_seconds_count{limit=\"launches\"}")).isEqualTo(1);
    assertThat(value("scaler_launch_queue_seconds_count{limit=\"launches-per-function\"}"))
        .isEqualTo(1);
    assertThat(value("scaler_launches_failed_total{reason=\"launch_failed\"}")).isZero();
    assertThat(value("scaler_limit{limit=\"launches\"}")).isEqualTo(1_000);
    assertThat(value("scaler_cache_reads_total{cache=\"plans\",result=\"hit\"}")).isPositive();
  }

  @Test
  void countsWhatWasDecidedAndWhatFor() throws Exception {
    assertThat(value("scaler_pool_decision_seconds_count{command=\"assign\"}"))
        .isGreaterThanOrEqualTo(2);
    assertThat(value("scaler_launches_begun_total{reason=\"waiter\"}")).isPositive();
    assertThat(value("scaler_instances_retired_total{reason=\"memory\"}")).isZero();
    assertThat(value("scaler_plans_total{policy=\"fixed\",reason=\"always\"}")).isPositive();
    assertThat(value("scaler_hand_off_seconds_count"))
        .as("the cold start's request waited")
        .isPositive();
  }

  @Test
  void countsRefusalsByTheirReason() throws Exception {
    String refused = "scaler_refused_total{method=\"release\",reason=\"function_not_found\"}";
    double before = value(refused);
    AssignResponse held = assign("r2");

    try {
      scaler.release(
          ReleaseRequest.newBuilder()
              .setAssignment(held.getAssignment().toBuilder().setFunctionKey("unknown"))
              .build());
    } catch (io.grpc.StatusRuntimeException expected) {
      assertThat(expected.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.NOT_FOUND);
    }

    assertThat(value(refused)).isEqualTo(before + 1);
  }

  @Test
  void countsEveryCallThatIsRefusedOnce() throws Exception {
    ScalerAdminGrpc.ScalerAdminBlockingStub admin = ScalerAdminGrpc.newBlockingStub(channel);
    var contest = serverless.simulator.ScalerGrpc.newBlockingStub(channel);
    String invalid = "invalid_field";

    counts("assign", invalid, () -> scaler.assign(AssignRequest.getDefaultInstance()));
    counts("release", invalid, () -> scaler.release(ReleaseRequest.getDefaultInstance()));
    counts("renew", invalid, () -> scaler.renew(RenewRequest.getDefaultInstance()));
    counts(
        "assign",
        invalid,
        () -> contest.assign(serverless.simulator.AssignRequest.getDefaultInstance()));
    counts(
        "idle", invalid, () -> contest.idle(serverless.simulator.IdleRequest.getDefaultInstance()));
    counts(
        "get_function",
        "function_not_found",
        () -> admin.getFunction(GetFunctionRequest.newBuilder().setKey("nobody").build()));
    counts(
        "list_functions",
        invalid,
        () ->
            admin.listFunctions(
                ListFunctionsRequest.newBuilder().setPrefix("x".repeat(300)).build()));
    counts(
        "destroy_instances",
        "function_not_found",
        () ->
            admin.destroyInstances(DestroyInstancesRequest.newBuilder().setKey("nobody").build()));
    counts(
        "drain_node",
        invalid,
        () -> admin.drainNode(DrainNodeRequest.newBuilder().setNode("n-none").build()));
    counts(
        "set_override",
        invalid,
        () ->
            admin.setOverride(
                SetOverrideRequest.newBuilder()
                    .setOverride(Override.newBuilder().setFunctions("f").setPolicy("best"))
                    .build()));
    counts(
        "remove_override",
        invalid,
        () ->
            admin.removeOverride(
                RemoveOverrideRequest.newBuilder().setFunctions("nobody").build()));
  }

  private static void counts(String method, String reason, Supplier<?> call) throws Exception {
    String series = "scaler_refused_total{method=\"%s\",reason=\"%s\"}".formatted(method, reason);
    double before = value(series);
    try {
      var unusedContestReply = call.get();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isIn(Code.INVALID_ARGUMENT, Code.NOT_FOUND);
    }
    assertThat(value(series)).as(series).isEqualTo(before + 1);
  }

  @Test
  void aNodeAloneLeads() {
    await().untilAsserted(() -> assertThat(value("scaler_leader")).isEqualTo(1));
    await().untilAsserted(() -> assertThat(value("scaler_ready")).isEqualTo(1));
  }

  @Test
  void everyMetricIsServedAndNothingElseOfOurs() throws Exception {
    List<String> served =
        scrape()
            .lines()
            .filter(line -> line.startsWith("scaler_"))
            .map(line -> line.replaceAll("[ {].*", ""))
            .map(series -> series.replaceAll("_seconds_(bucket|sum|max)$", "_seconds_count"))
            .distinct()
            .toList();

    assertThat(served)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Metric.values()).map(Metric::series).toList());
  }

  @Test
  void theDocumentationListsEveryMetricAsItIs() throws Exception {
    String rows =
        Arrays.stream(Metric.values())
            .map(
                metric ->
                    "| `%s` | %s | %s |".formatted(metric.series(), metric.labels(), metric.help()))
            .collect(Collectors.joining("\n"));

    assertThat(Files.readString(ROOT.resolve("docs/metrics.md"))).contains(rows);
  }

  @Test
  void theDashboardAndTheAlertsAskForWhatIsServed() throws Exception {
    String dashboard = Files.readString(ROOT.resolve("deploy/monitoring/dashboard.json"));
    String alerts = Files.readString(ROOT.resolve("deploy/monitoring/alerts.yaml"));
    JsonNode panels = new JsonMapper().readTree(dashboard).path("panels");
    JsonNode rules = new YAMLMapper().readTree(alerts).at("/groups/0/rules");

    assertThat(panels).isNotEmpty();
    assertThat(rules).isNotEmpty();
    assertThat(rules)
        .allSatisfy(rule -> assertThat(rule.at("/annotations/what_to_do").asText()).isNotEmpty());
    String served = scrape();
    for (String series : asked(Stream.of(dashboard, alerts))) {
      assertThat(served).as(series).containsPattern("(?m)^" + series + "[ {]");
    }
  }

  private static Set<String> asked(Stream<String> texts) {
    Set<String> asked = new TreeSet<>();
    texts.forEach(
        text -> {
          Matcher series = SERIES.matcher(text);
          while (series.find()) {
            asked.add(series.group());
          }
        });
    return asked;
  }
}
