package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.scaler.adapter.access.AccessSettings;
import io.scaler.adapter.grpc.CallRules;
import io.scaler.adapter.grpc.GrpcServer;
import io.scaler.adapter.grpc.GrpcServer.Listen;
import io.scaler.adapter.hazelcast.ClusterSettings;
import io.scaler.adapter.metrics.NodeMetrics;
import io.scaler.adapter.platform.CallTimeouts;
import io.scaler.adapter.platform.ResilienceSettings;
import io.scaler.adapter.platform.SimulatedSettings;
import io.scaler.config.Settings;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Plan.Surplus;
import io.scaler.model.ScalerException;
import io.scaler.policy.ContestSettings;
import io.scaler.policy.Fleet;
import io.scaler.policy.HybridSettings;
import io.scaler.pool.PoolLimits;
import io.scaler.service.CallLimits;
import io.scaler.service.LaunchLimits;
import io.scaler.service.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every key with a value of its own, so that two that are mixed up are told apart. */
class TranslationTest {
  private static final List<String> OTHER_VALUES =
      List.of(
          "grpc.host=10.0.0.9",
          "grpc.port=9101",
          "grpc.max-message=3MB",
          "grpc.calls-per-connection=77",
          "grpc.max-connections=78",
          "grpc.max-connections-per-address=79",
          "tls.certificate=own.pem",
          "tls.key=own-key.pem",
          "tls.client-authorities=clients.pem",
          "access.insecure=true",
          "access.tokens=tokens.yaml",
          "access.jwt.keys=keys.json",
          "access.jwt.issuer=issuer",
          "access.jwt.audience=audience",
          "access.jwt.role-claim=claim",
          "access.certificates=[{name: gateway, role: caller}, {name: '*', role: viewer}]",
          "access.open-metrics=true",
          "access.calls-per-second=500",
          "access.burst=600",
          "access.denials-per-second=51",
          "grpc.min-ping=6s",
          "grpc.ping=61s",
          "grpc.ping-timeout=21s",
          "grpc.max-idle=11m",
          "platform.kind=grpc",
          "platform.security.tls=true",
          "platform.security.authorities=platform.pem",
          "platform.security.certificate=node.pem",
          "platform.security.key=node-key.pem",
          "platform.security.token=platform.token",
          "platform.calls.create-timeout=11s",
          "platform.calls.init-timeout=12s",
          "platform.calls.destroy-timeout=13s",
          "platform.calls.list-timeout=14s",
          "platform.calls.attempts=4",
          "platform.calls.backoff=51ms",
          "platform.calls.bulkhead=99",
          "platform.calls.breaker.failure-rate=0.6",
          "platform.calls.breaker.window=51",
          "platform.calls.breaker.minimum-calls=21",
          "platform.calls.breaker.open=3s",
          "platform.calls.breaker.probes=6",
          "platform.simulated.create-latency=101ms",
          "platform.simulated.init=201ms",
          "platform.simulated.destroy-latency=11ms",
          "platform.simulated.jitter=0.1",
          "platform.simulated.create-failures=0.2",
          "platform.simulated.init-failures=0.3",
          "platform.simulated.destroy-failures=0.4",
          "platform.simulated.memory=5GB",
          "cluster.name=other",
          "cluster.host=10.0.0.8",
          "cluster.port=5801",
          "cluster.members=10.0.0.1:5701, 10.0.0.2:5702",
          "cluster.expected-size=3",
          "cluster.heartbeat=2s",
          "cluster.tolerance=4s",
          "cluster.removal=15s",
          "cluster.backup-timeout=1s",
          "policy.fixed.keep-alive=17m",
          "policy.overrides=[{functions: special, policy: none, min-instances: 2}]",
          "policy.contest.max-idle=11",
          "policy.contest.large-memory=3GB",
          "policy.contest.large-max-idle=5",
          "policy.contest.launch-ahead=3",
          "policy.contest.spare-interval=31s",
          "policy.contest.spares-kept=1",
          "policy.contest.execution-ratio=12",
          "policy.contest.execution-keep-alive=22s",
          "policy.contest.classify-after=4m",
          "policy.contest.sparse-concurrency=6",
          "policy.contest.sparse-interval=7m",
          "policy.contest.sparse-keep-alive=32s",
          "policy.contest.dense-interval=33s",
          "policy.contest.dense-memory=513MB",
          "policy.contest.dense-keep-alive=8m",
          "policy.contest.keep-alive=9m",
          "policy.contest.surplus=give-up",
          "policy.hybrid.head-percentile=0.06",
          "policy.hybrid.tail-percentile=0.98",
          "policy.hybrid.margin=0.11",
          "policy.hybrid.cv-threshold=2.5",
          "policy.hybrid.out-of-bounds=0.51",
          "policy.hybrid.forecast-margin=0.16",
          "policy.hybrid.keep-alive=3h",
          "policy.cost-optimal.waiting-price=3.5",
          "policy.cost-optimal.prior-weight=4.5",
          "policy.cost-optimal.never-weight=1.5",
          "limits.memory=100GB",
          "limits.launches=1001",
          "limits.launches-per-function=101",
          "limits.instances-per-function=10001",
          "limits.waiters-per-function=10002",
          "limits.calls=50001",
          "limits.remembered=1025",
          "limits.remember-for=3m",
          "limits.remember-functions-for=3d",
          "requests.default-wait=35s",
          "requests.max-wait=6m",
          "requests.default-timeout=65s",
          "requests.lease-grace=12s",
          "requests.ask-again=301ms",
          "requests.overtime=101ms",
          "launches.attempts=5",
          "launches.backoff=102ms",
          "launches.timeout=11m",
          "launches.patience=2m",
          "launches.destroy-again=16s",
          "provisioned=[{key: f, runtime: java, memory: 128MB, timeout: 41s, instances: 2, windows:"
              + " [{cron: 0 8 * * MON, for: 1h, instances: 4, zone: Europe/Berlin}]}]");

  /** Tested below, or read by the node as they are. */
  private static final Set<String> OTHERWISE =
      Set.of(
          "policy.default",
          "cluster.kubernetes-dns",
          "platform.simulated.trace",
          "platform.address",
          "platform.contract",
          "grpc.stop-notice",
          "grpc.stop-grace",
          "http.host",
          "http.port",
          "leader.tick",
          "leader.plan",
          "leader.sweep",
          "leader.reconcile",
          "leader.sweep-most",
          "start.rehearsal",
          "tracing.endpoint",
          "tracing.sample-ratio",
          "log.level");

  private Settings settings;
  private Translation translation;

  @BeforeEach
  void changeEverything() throws Exception {
    settings = Settings.load(null, Map.of(), OTHER_VALUES);
    translation = new Translation(settings);
  }

  private static Settings with(String... sets) throws Exception {
    return Settings.load(null, Map.of(), List.of(sets));
  }

  @Test
  void noKeyIsForgottenHere() throws Exception {
    Map<String, String> defaults = values(with());
    Map<String, String> others = values(settings);
    List<String> same = new ArrayList<>();
    defaults.forEach(
        (key, value) -> {
          if (value.equals(others.get(key))) {
            same.add(key);
          }
        });

    assertThat(same).containsExactlyInAnyOrderElementsOf(OTHERWISE);
  }

  private static Map<String, String> values(Settings settings) throws Exception {
    Map<String, String> values = new TreeMap<>();
    collect("", new YAMLMapper().readTree(settings.describe()), values);
    return values;
  }

  private static void collect(String key, JsonNode node, Map<String, String> values) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      key.isEmpty() ? field.getKey() : key + "." + field.getKey(),
                      field.getValue(),
                      values));
    } else {
      values.put(key, node.toString());
    }
  }

  @Test
  void theClustersKeysReachTheCluster() {
    assertThat(translation.cluster())
        .isEqualTo(
            new ClusterSettings(
                "other",
                "10.0.0.8",
                5801,
                List.of("10.0.0.1:5701", "10.0.0.2:5702"),
                "",
                3,
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                Duration.ofSeconds(15),
                Duration.ofSeconds(1),
                Duration.ofDays(3)));
  }

  @Test
  void theServiceThatNodesAreFoundByReachesTheCluster() throws Exception {
    assertThat(new Translation(with("cluster.kubernetes-dns=scaler.svc")).cluster().kubernetesDns())
        .isEqualTo("scaler.svc");
  }

  @Test
  void theKeysOfPoolsReachThem() {
    assertThat(translation.poolLimits())
        .isEqualTo(
            new PoolLimits(
                10_001,
                10_002,
                Duration.ofSeconds(12),
                1_025,
                Duration.ofMinutes(3),
                Duration.ofDays(3),
                5,
                Duration.ofMillis(102),
                Duration.ofMinutes(11),
                Duration.ofSeconds(16)));
  }

  @Test
  void theKeysOfLaunchesReachThem() {
    assertThat(translation.launchLimits())
        .isEqualTo(new LaunchLimits(102_400, 1_001, 101, Duration.ofMinutes(2)));
  }

  @Test
  void theKeysOfCallsReachThem() {
    assertThat(translation.callLimits())
        .isEqualTo(new CallLimits(50_001, Duration.ofMillis(301), Duration.ofMillis(101)));
    assertThat(translation.callRules())
        .isEqualTo(
            new CallRules(
                Duration.ofSeconds(65), 102_400, Duration.ofSeconds(35), Duration.ofMinutes(6)));
  }

  @Test
  void theServersKeysReachIt() {
    assertThat(translation.listen())
        .isEqualTo(
            new Listen(
                "10.0.0.9",
                9101,
                3 * 1024 * 1024,
                Duration.ofSeconds(6),
                Duration.ofSeconds(61),
                Duration.ofSeconds(21),
                Duration.ofMinutes(11)));
  }

  @Test
  void theLimitsOfConnectionsReachTheDoor() throws Exception {
    try (NodeMetrics metrics = new NodeMetrics(() -> 0)) {
      GrpcServer.Door door =
          Doors.open(
                  LocalNodes.settings(
                      "grpc.calls-per-connection=77",
                      "grpc.max-connections=78",
                      "grpc.max-connections-per-address=79"),
                  metrics,
                  () -> Instant.EPOCH,
                  () -> 0)
              .grpc();

      assertThat(door.callsPerConnection()).isEqualTo(77);
      assertThat(door.maxConnections()).isEqualTo(78);
      assertThat(door.maxConnectionsPerAddress()).isEqualTo(79);
    }
  }

  @Test
  void theKeysOfAccessReachTheGate() throws Exception {
    assertThat(Doors.translated(settings))
        .isEqualTo(
            new AccessSettings(
                Path.of("tokens.yaml"),
                new AccessSettings.Jwt(Path.of("keys.json"), "issuer", "audience", "claim"),
                Path.of("clients.pem"),
                Map.of("gateway", Role.CALLER, "*", Role.VIEWER),
                500,
                600,
                51));
    assertThat(Doors.translated(with("access.calls-per-second=7")))
        .isEqualTo(new AccessSettings(null, null, null, Map.of(), 7, 7, 50));
  }

  @Test
  void provisionedFunctionsReachTheDutyForThem() {
    assertThat(translation.provisioned())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.function())
                  .isEqualTo(new FunctionSpec("f", "java", 128, Duration.ofSeconds(41)));
              assertThat(each.instances()).isEqualTo(2);
              assertThat(each.shifts())
                  .singleElement()
                  .satisfies(
                      shift -> {
                        assertThat(shift.length()).isEqualTo(Duration.ofHours(1));
                        assertThat(shift.instances()).isEqualTo(4);
                        assertThat(shift.begins().next(Instant.parse("2026-11-25T00:00:00Z")))
                            .contains(Instant.parse("2026-11-30T07:00:00Z"));
                      });
            });
  }

  @Test
  void overridesReachThePolicy() {
    Plan plan =
        translation
            .policy()
            .plan(
                new FunctionSpec("special", "", 128, Duration.ofSeconds(1)),
                null,
                Fleet.UNKNOWN,
                Instant.EPOCH);

    assertThat(plan.keepAlive()).isZero();
    assertThat(plan.minInstances()).isEqualTo(2);
    assertThat(plan.maxInstances()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void theContestsRulesReachThem() {
    assertThat(translation.contestSettings())
        .isEqualTo(
            new ContestSettings(
                11,
                3_072,
                5,
                3,
                Duration.ofSeconds(31),
                1,
                Surplus.GIVE_UP,
                12,
                Duration.ofSeconds(22),
                Duration.ofMinutes(4),
                6,
                Duration.ofMinutes(7),
                Duration.ofSeconds(32),
                Duration.ofSeconds(33),
                513,
                Duration.ofMinutes(8),
                Duration.ofMinutes(9)));
  }

  @Test
  void theHybridHistogramsKeysReachIt() {
    assertThat(translation.policySettings().hybrid())
        .isEqualTo(new HybridSettings(0.06, 0.98, 0.11, 2.5, 0.51, 0.16, Duration.ofHours(3)));
  }

  @ParameterizedTest
  @CsvSource({"contest", "cost-optimal", "fixed", "hybrid", "none"})
  void thePolicyIsTheOneThatIsNamed(String name) throws Exception {
    assertThat(new Translation(with("policy.default=" + name)).policy().name()).isEqualTo(name);
  }

  @Test
  void greedyDualIsNamedWhereMemoryIsLimited() throws Exception {
    Settings limited = with("policy.default=greedy-dual", "limits.memory=1GB");

    assertThat(new Translation(limited).policy().name()).isEqualTo("greedy-dual");
    assertThatCode(() -> new Translation(limited).checkPolicy("greedy-dual"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "greedy-dual, 'policy: greedy-dual needs limits.memory, which is 0 (no limit); as it is, must"
        + " be one of '",
    "best, 'policy: must be one of '"
  })
  void aPolicyThatCannotBeHadIsRefusedWithThoseThatCan(String name, String message)
      throws Exception {
    Translation unlimited = new Translation(with("limits.memory=0"));

    assertThatThrownBy(() -> unlimited.checkPolicy(name))
        .isInstanceOf(ScalerException.class)
        .hasMessageStartingWith(message + "contest, cost-optimal, fixed, hybrid, none");
  }

  @Test
  void theKeepAliveOfTheFixedPolicyReachesIt() throws Exception {
    Settings fixed = with("policy.default=fixed", "policy.fixed.keep-alive=17m");
    FunctionSpec function = new FunctionSpec("f", "java", 128, Duration.ofSeconds(1));

    assertThat(
            new Translation(fixed)
                .policy()
                .plan(function, null, Fleet.UNKNOWN, Instant.EPOCH)
                .keepAlive())
        .isEqualTo(Duration.ofMinutes(17));
  }

  @Test
  void theKeysOfCallsToThePlatformReachThem() {
    assertThat(PlatformAccess.resilience(settings.platform().calls()))
        .isEqualTo(
            new ResilienceSettings(
                new CallTimeouts(
                    Duration.ofSeconds(11),
                    Duration.ofSeconds(12),
                    Duration.ofSeconds(13),
                    Duration.ofSeconds(14)),
                4,
                Duration.ofMillis(51),
                99,
                0.6,
                51,
                21,
                Duration.ofSeconds(3),
                6));
  }

  @Test
  void theSimulatedPlatformsKeysReachIt() {
    assertThat(PlatformAccess.behaviour(settings.platform().simulated()))
        .isEqualTo(
            new SimulatedSettings(
                Duration.ofMillis(101),
                Duration.ofMillis(201),
                Map.of(),
                Duration.ofMillis(11),
                0.1,
                0.2,
                0.3,
                0.4,
                5_120));
  }

  @Test
  void theSimulatedPlatformStartsATracesFunctionsAsTheTraceSays() throws Exception {
    Settings traced = with("platform.simulated.trace=demo");

    assertThat(PlatformAccess.behaviour(traced.platform().simulated()).initByFunction())
        .isNotEmpty()
        .allSatisfy((function, start) -> assertThat(start).isPositive());
  }
}
