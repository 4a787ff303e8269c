package io.scaler.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.scaler.demand.Demand;
import io.scaler.demand.DemandTally;
import io.scaler.model.FunctionSpec;
import io.scaler.model.LevelGap;
import io.scaler.model.Plan;
import io.scaler.pool.Instance;
import io.scaler.pool.PoolState;
import io.scaler.service.Chronicle;
import io.scaler.service.Inspection.Summary;
import io.scaler.service.KnownNode;
import io.scaler.service.Vitals;
import io.scaler.service.Vitals.Failure;
import io.scaler.service.Vitals.Hot;
import io.scaler.service.Vitals.Stock;
import io.scaler.service.Vitals.Tally;
import io.scaler.service.Whereabouts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LivePageTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Chronicle chronicle = new Chronicle();
  private final FakeInspection inspection = new FakeInspection();
  private final HttpClient client = HttpClient.newHttpClient();
  private Instant now = START;
  private OperatorServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        OperatorServer.start(
            "127.0.0.1",
            0,
            OperatorServer.Door.OPEN,
            Runnable::run,
            Optional::empty,
            Optional::empty,
            () -> "",
            new LivePage(
                new LivePage.Facts(
                    "a",
                    3,
                    "simulated",
                    function -> Plan.keeping("fixed: kept for 10 min", Duration.ofMinutes(10))),
                chronicle,
                inspection,
                () -> now,
                () -> Duration.between(START, now).toNanos()));
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
        BodyHandlers.ofString());
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    return new JsonMapper().readTree(response.body());
  }

  private void told(String node, long warm, List<Hot> hot) {
    chronicle.heard(
        new Vitals(
            node,
            node.equals("a") ? 4 : 0,
            "",
            true,
            false,
            new Tally(warm, 0, 0, 0, 8, 4, 6, 1, 2),
            new Stock(2, 1, 3, 0, 0, 5, 1.5, 0.5),
            hot,
            List.of(new Failure(now, node, "assign", "f", "timed_out", "too late"))),
        now);
  }

  private static Summary summary(String key) {
    return new Summary(function(key), 1, 2, 3, 4, 5, START);
  }

  private static FunctionSpec function(String key) {
    return new FunctionSpec(key, "java", 256, Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page.css", "/page.js", "/plots.js", "/charts.js"})
  void allThatThePageIsMadeOfComesFromTheNode(String path) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isNotBlank();
    assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'")
        .contains("script-src 'self'");
  }

  @Test
  void thePageNamesNoOtherServer() throws Exception {
    for (String path : List.of("/", "/page.css", "/page.js", "/plots.js")) {
      assertThat(get(path).body().replace("http://www.w3.org/2000/svg", ""))
          .as(path)
          .doesNotContain("http://")
          .doesNotContain("https://");
    }
  }

  @Test
  void tellsWhoIsThereAndWhatHappenedStepByStep() throws Exception {
    told("a", 0, List.of());
    told("b", 0, List.of());
    chronicle.step(List.of("a", "b"), now);
    now = now.plusSeconds(2);
    told("a", 6, List.of());
    chronicle.step(List.of("a"), now);
    inspection.known.add(
        new KnownNode("a", new Whereabouts("pod-a", 9001, 9080), "10.0.0.1:5701", true, null));
    inspection.known.add(
        new KnownNode(
            "b", Whereabouts.UNKNOWN, "10.0.0.2:5701", false, new KnownNode.Gone(now, true)));
    now = now.plusSeconds(1);

    JsonNode told = json("/api/cluster");

    assertThat(told.at("/node").asText()).isEqualTo("a");
    assertThat(told.at("/expectedNodes").asInt()).isEqualTo(3);
    assertThat(told.at("/at").asLong()).isEqualTo(now.toEpochMilli());
    assertThat(told.at("/nodes/0/presence").asText()).isEqualTo("here");
    assertThat(told.at("/nodes/0/host").asText()).isEqualTo("pod-a");
    assertThat(told.at("/nodes/0/grpcPort").asInt()).isEqualTo(9001);
    assertThat(told.at("/nodes/0/httpPort").asInt()).isEqualTo(9080);
    assertThat(told.at("/nodes/0/left").isNull()).isTrue();
    assertThat(told.at("/nodes/1/left").asBoolean()).isTrue();
    assertThat(told.at("/noMajority").isNull()).isTrue();
    assertThat(told.at("/nodes/0/epoch").asInt()).isEqualTo(4);
    assertThat(told.at("/nodes/0/pace/warm").asDouble()).isEqualTo(3);
    assertThat(told.at("/nodes/1/presence").asText()).isEqualTo("gone");
    assertThat(told.at("/nodes/1/goneSeconds").asDouble()).isEqualTo(1);
    assertThat(told.at("/steps/1/tally/warm").asLong()).isEqualTo(6);
    assertThat(told.at("/steps/1/stock/waiting").asLong()).isEqualTo(5);
    assertThat(told.at("/steps/1/stock/wastedGb").asDouble()).isEqualTo(0.5);
    assertThat(told.at("/failures/0/message").asText()).isEqualTo("too late");
    assertThat(json("/api/cluster?after=1").at("/steps")).hasSize(1);
    assertThat(json("/api/cluster?after=2").at("/steps")).isEmpty();
  }

  @Test
  void listsTheHottestFunctionsWithWhatTheyHave() throws Exception {
    inspection.summaries.put("f", summary("f"));
    inspection.summaries.put("quiet", summary("quiet"));
    told("a", 0, List.of(new Hot("f", 2, 1, 0.5), new Hot("closed", 1, 0, 0)));

    JsonNode listed = json("/api/functions").at("/functions");

    assertThat(listed).hasSize(2);
    assertThat(listed.at("/0/key").asText()).isEqualTo("f");
    assertThat(listed.at("/0/pace/waited").asDouble()).isEqualTo(1);
    assertThat(listed.at("/0/idle").asInt()).isEqualTo(1);
    assertThat(listed.at("/0/memoryMb").asInt()).isEqualTo(256);
    assertThat(listed.at("/1/key").asText()).isEqualTo("closed");
    assertThat(listed.at("/1").has("idle")).as("its pool is gone").isFalse();
  }

  @Test
  void findsFunctionsByThePrefixOfTheirKey() throws Exception {
    for (int i = 0; i < 150; i++) {
      inspection.summaries.put("many/" + i, summary("many/" + i));
    }
    inspection.summaries.put("one&only", summary("one&only"));

    assertThat(json("/api/functions?prefix=one%26").at("/functions/0/key").asText())
        .isEqualTo("one&only");
    assertThat(json("/api/functions?prefix=one%26").at("/more").asBoolean()).isFalse();
    assertThat(json("/api/functions?prefix=many/").at("/functions")).hasSize(100);
    assertThat(json("/api/functions?prefix=many/").at("/more").asBoolean()).isTrue();
    assertThat(json("/api/functions?prefix=none").at("/functions")).isEmpty();
  }

  @Test
  void searchesOnceHoweverManyAskWithinAFewSeconds() throws Exception {
    inspection.hasMajority = false;
    assertThat(get("/api/functions?prefix=f").statusCode()).isEqualTo(503);
    inspection.hasMajority = true;
    inspection.searches = 0;
    inspection.summaries.put("f1", summary("f1"));
    assertThat(json("/api/functions?prefix=f").at("/functions")).hasSize(1);
    inspection.summaries.put("f2", summary("f2"));
    assertThat(json("/api/functions?prefix=f").at("/functions")).hasSize(1);
    assertThat(json("/api/functions?prefix=f2").at("/functions")).hasSize(1);
    assertThat(inspection.searches).isEqualTo(2);

    now = now.plusSeconds(4);

    assertThat(json("/api/functions?prefix=f").at("/functions")).hasSize(2);
    assertThat(inspection.searches).isEqualTo(3);
  }

  @Test
  void tellsOfOneFunctionItsInstancesItsPlanAndItsGaps() throws Exception {
    Instance idle =
        new Instance(
            "i1", Instance.State.IDLE, 0, 256, "s", "", START, true, 1, 1, null, "a request waits");
    inspection.pools.put(
        "f",
        new PoolState(
            function("f"),
            0,
            0,
            1,
            1,
            START,
            List.of(idle),
            List.of("i1"),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null));
    DemandTally tally = new DemandTally();
    tally.arrived(START);
    tally.reached(new LevelGap(1, Duration.ofSeconds(5)));
    inspection.demands.put("f", Demand.of(tally.batch(START)));
    now = START.plusSeconds(3);

    JsonNode told = json("/api/function?key=f");

    assertThat(told.at("/plan/words").asText()).isEqualTo("fixed: kept for 10 min");
    assertThat(told.at("/instances/0/state").asText()).isEqualTo("idle");
    assertThat(told.at("/instances/0/forSeconds").asDouble()).isEqualTo(3);
    assertThat(told.at("/instances/0/reason").asText()).isEqualTo("a request waits");
    assertThat(told.at("/levels/0/level").asText()).isEqualTo("1");
    assertThat(told.at("/levels/0/bins/0/fromSeconds").asDouble()).isLessThanOrEqualTo(5);
    assertThat(told.at("/levels/0/bins/0/toSeconds").asDouble()).isGreaterThan(5);
    assertThat(told.at("/levels/0/windows/0/untilSeconds").asDouble()).isEqualTo(600);
    assertThat(told.at("/demand/arrivals").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/function?key=nobody, 404, nobody",
    "/api/function, 400, key: must have 1 to 256 characters",
    "/api/cluster?after=x, 400, after: must be a whole number",
    "/api/cluster?after=-1, 400, after: must be"
  })
  void refusesInWordsWhatItCannotAnswer(String path, int status, String words) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(new JsonMapper().readTree(response.body()).at("/error").asText()).contains(words);
  }

  @Test
  void tellsWhatItKnowsByItselfWithoutAMajority() throws Exception {
    inspection.hasMajority = false;
    told("a", 0, List.of(new Hot("f", 2, 1, 0.5)));

    assertThat(json("/api/cluster").at("/nodes/0/presence").asText()).isEqualTo("here");
    assertThat(json("/api/cluster").at("/noMajority").asText()).contains("hears from no majority");
    assertThat(get("/api/functions").statusCode()).isEqualTo(503);
    assertThat(get("/api/functions").body()).contains("hears from no majority");
  }
}
