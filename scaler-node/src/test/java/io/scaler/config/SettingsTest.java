package io.scaler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.scaler.config.Settings.Platform;
import io.scaler.config.Settings.Policy;
import io.scaler.config.Settings.Provisioned;
import io.scaler.config.Settings.Provisioned.Window;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  /** For any key, one of these is right and not its default. */
  private static final List<String> OTHER_VALUES =
      List.of(
          "[{functions: f}]",
          "grpc",
          "contest",
          "fixed",
          "give-up",
          "debug",
          "[{key: f, memory: 128MB, instances: 2}]",
          "10.0.0.1:5702",
          "http://10.0.0.1:4318/v1/traces",
          "0.7",
          "7",
          "30",
          "4s",
          "7s",
          "40s",
          "20s",
          "150ms",
          "64MB",
          "true",
          "false",
          "[{name: gateway, role: caller}]",
          "something");

  /** What other keys go with. */
  private static final List<String> NEEDED =
      List.of(
          "platform.kind=grpc",
          "access.insecure=true",
          "access.jwt.keys=keys.json",
          "tls.certificate=own.pem",
          "tls.key=own-key.pem",
          "tls.client-authorities=clients.pem");

  @TempDir private Path folder;

  private Settings load(String yaml, Map<String, String> environment, String... sets)
      throws Exception {
    Path file = folder.resolve("node.yaml");
    Files.writeString(file, yaml);
    return Settings.load(file, environment, List.of(sets));
  }

  private static Settings defaults() throws Exception {
    return Settings.load(null, Map.of(), List.of());
  }

  private List<String> problems(String yaml, Map<String, String> environment, String... sets) {
    return catchThrowableOfType(SettingsException.class, () -> load(yaml, environment, sets))
        .problems();
  }

  private static String resource() throws Exception {
    try (InputStream stream = Settings.class.getResourceAsStream("/scaler.yaml")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static Set<String> keys() {
    return new Layers(new ArrayList<>()).keys();
  }

  @Test
  void startsWithTheContestsPortsAndAPlatformOfItsOwn() throws Exception {
    Settings settings = defaults();

    assertThat(settings.grpc().port()).isEqualTo(9001);
    assertThat(settings.http().port()).isEqualTo(9080);
    assertThat(settings.cluster().port()).isEqualTo(5701);
    assertThat(settings.cluster().expectedSize()).isEqualTo(1);
    assertThat(settings.platform().kind()).isEqualTo(Platform.Kind.SIMULATED);
    assertThat(settings.platform().address()).isEqualTo("127.0.0.1:50051");
    assertThat(settings.policy().choice()).isEqualTo(Policy.Choice.COST_OPTIMAL);
    assertThat(settings.provisioned()).isEmpty();
  }

  @Test
  void everyDefaultHasACommentAboveIt() throws Exception {
    Pattern keyWithValue = Pattern.compile("( *)[a-z0-9-]+: +\\S.*");
    List<String> lines = resource().lines().toList();
    int found = 0;
    for (int i = 0; i < lines.size(); i++) {
      Matcher key = keyWithValue.matcher(lines.get(i));
      if (key.matches()) {
        found++;
        assertThat(lines.get(i - 1)).as("above '%s'", lines.get(i)).startsWith(key.group(1) + "# ");
      }
    }
    assertThat(found).isEqualTo(keys().size());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKeyCanBeSetFromFileEnvironmentAndCommandLine(String key) throws Exception {
    List<String> needed = new ArrayList<>(NEEDED);
    if (key.equals("platform.kind")) {
      needed.remove("platform.kind=grpc");
    } else if (key.startsWith("platform.security.") && !key.endsWith(".tls")) {
      needed.addAll(
          List.of(
              "platform.security.tls=true",
              "platform.security.certificate=own.pem",
              "platform.security.key=own-key.pem"));
    }
    Settings before = Settings.load(null, Map.of(), needed);
    Optional<String> other =
        OTHER_VALUES.stream().filter(v -> isOther(before, needed, key, v)).findFirst();
    assertThat(other).as("a value for %s", key).isPresent();
    List<String> withKey = new ArrayList<>(needed);
    withKey.add(key + "=" + other.get());

    Settings bySet = Settings.load(null, Map.of(), withKey);
    needed.removeIf(set -> set.startsWith(key + "="));
    Settings byEnvironment = Settings.load(null, Map.of(Layers.variable(key), other.get()), needed);

    assertThat(byEnvironment).isEqualTo(bySet).isNotEqualTo(before);
    JsonNode described = Layers.YAML.readTree(bySet.describe());
    JsonNode differing = Layers.YAML.readTree(before.describe());
    String pointer = "/" + key.replace('.', '/');
    assertThat(described.at(pointer)).isNotEqualTo(differing.at(pointer));
    assertThat(load(bySet.describe(), Map.of())).isEqualTo(bySet);
  }

  private static boolean isOther(Settings before, List<String> needed, String key, String value) {
    List<String> sets = new ArrayList<>(needed);
    sets.add(key + "=" + value);
    try {
      return !Settings.load(null, Map.of(), sets).equals(before);
    } catch (SettingsException e) {
      return false;
    }
  }

  @Test
  void namesOfVariablesAreUnambiguous() {
    Set<String> names = new HashSet<>();
    keys().forEach(key -> assertThat(names.add(Layers.variable(key))).as(key).isTrue());
  }

  @Test
  void describesEveryKeyAndNothingElse() throws Exception {
    Path file = folder.resolve("described.yaml");
    Files.writeString(file, defaults().describe());

    assertThat(Settings.load(file, Map.of(), List.of())).isEqualTo(defaults());
    assertThat(leaves("", Layers.YAML.readTree(file.toFile()))).containsExactlyElementsOf(keys());
  }

  private static List<String> leaves(String prefix, JsonNode node) {
    if (!node.isObject()) {
      return List.of(prefix);
    }
    List<String> leaves = new ArrayList<>();
    node.properties()
        .forEach(
            property ->
                leaves.addAll(
                    leaves(
                        prefix.isEmpty() ? property.getKey() : prefix + "." + property.getKey(),
                        property.getValue())));
    return leaves;
  }

  @Test
  void readsBackWhatItDescribes() throws Exception {
    Settings settings =
        load(
            """
            cluster: {name: "007", members: [a:1, "[::1]:2"], expected-size: 3}
            platform: {kind: grpc, contract: contest, simulated: {trace: "/tmp/a b: c", jitter: 0.25}}
            policy:
              contest: {surplus: give-up, sparse-keep-alive: 1500ms}
              overrides:
                - {functions: "shop/*", policy: none, max-instances: 20}
                - {functions: f}
            limits: {memory: 64GB}
            provisioned:
              - {key: "1", memory: 128MB, instances: 2}
              - {key: "on: off", runtime: "true", memory: 1GB, timeout: 90s, instances: 0}
              - {key: w, memory: 1GB, windows: [{cron: "0 8 * * MON-FRI", for: 10h, instances: 5, zone: Europe/Berlin}, {cron: "*/5 * * * *", for: 1m, instances: 1}]}
            """,
            Map.of());

    assertThat(load(settings.describe(), Map.of())).isEqualTo(settings);
    assertThat(settings.policy().overrides())
        .containsExactly(
            new Settings.Policy.Special("shop/*", Settings.Policy.Choice.NONE, 0, 20),
            new Settings.Policy.Special("f", Settings.Policy.Choice.COST_OPTIMAL, 0, 1_000_000));
    assertThat(settings.provisioned())
        .containsExactly(
            new Provisioned("1", "", Size.parse("128MB"), Duration.ofSeconds(60), 2, List.of()),
            new Provisioned(
                "on: off", "true", Size.parse("1GB"), Duration.ofSeconds(90), 0, List.of()),
            new Provisioned(
                "w",
                "",
                Size.parse("1GB"),
                Duration.ofSeconds(60),
                0,
                List.of(
                    new Window(
                        "0 8 * * MON-FRI", Duration.ofHours(10), 5, ZoneId.of("Europe/Berlin")),
                    new Window("*/5 * * * *", Duration.ofMinutes(1), 1, ZoneOffset.UTC))));
  }

  @Test
  void onlyWhatCanChangeWhileANodeRunsIsTakenOver() throws Exception {
    Settings running = load("limits: {memory: 4GB, launches: 10}\n", Map.of());
    Settings read =
        load(
            """
            grpc: {port: 1}
            policy: {default: fixed, fixed: {keep-alive: 3s}, overrides: [{functions: f}]}
            limits: {memory: 8GB, launches: 0, launches-per-function: 7, calls: 9, remember-functions-for: 1h}
            requests: {lease-grace: 1s}
            provisioned: [{key: f, memory: 1GB, instances: 1}]
            log: {level: warn}
            """,
            Map.of());

    Settings next = read.onTopOf(running);

    assertThat(next.differencesTo(running))
        .containsExactly(
            "limits.calls",
            "limits.launches-per-function",
            "limits.memory",
            "log.level",
            "policy.default",
            "policy.fixed.keep-alive",
            "policy.overrides",
            "provisioned");
    assertThat(read.differencesTo(next))
        .containsExactly(
            "grpc.port",
            "limits.launches",
            "limits.remember-functions-for",
            "requests.lease-grace");
    assertThat(next.onTopOf(next)).isEqualTo(next);
  }

  @Test
  void whatWouldBreakARuleWithoutARestartIsRefused() throws Exception {
    Settings running = load("limits: {memory: 0}\n", Map.of());
    Settings read = load("{limits: {memory: 1GB}, policy: {default: greedy-dual}}", Map.of());

    assertThat(
            catchThrowableOfType(SettingsException.class, () -> read.onTopOf(running)).problems())
        .singleElement()
        .asString()
        .startsWith("limits.memory: must not be 0 where policy.default is greedy-dual")
        .endsWith("(a restart would do)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc.host=127.0.0.1",
        "grpc.host=localhost",
        "http.host=::1",
        "http.host=127.1.2.3"
      })
  void listensOnTheMachinesOwnAddressesWithoutMore(String host) throws Exception {
    assertThat(load("", Map.of(), host)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "access.tokens=tokens.yaml",
        "access.jwt.keys=keys.json",
        "tls.client-authorities=clients.pem",
        "access.insecure=true"
      })
  void listensAnywhereWhereConnectionsAreEncryptedAndCallersShowWhoTheyAre(String who)
      throws Exception {
    Settings settings =
        load("", Map.of(), "grpc.host=0.0.0.0", "tls.certificate=own.pem", "tls.key=key.pem", who);

    assertThat(settings.listensToOthers()).isTrue();
    assertThat(settings.asksWhoCalls()).isEqualTo(!who.equals("access.insecure=true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "platform.address=localhost:50051",
        "platform.security.tls=true",
        "access.insecure=true"
      })
  void showsAPlatformATokenWhereOthersCannotReadItOrMay(String way) throws Exception {
    assertThat(
            load(
                "platform: {kind: grpc, address: '10.0.0.9:1', security: {token: platform.token}}",
                Map.of(),
                way))
        .isNotNull();
  }

  @Test
  void listensAnywhereWhereItIsToldToBeOpen() throws Exception {
    assertThat(load("", Map.of(), "grpc.host=0.0.0.0", "access.insecure=true").listensToOthers())
        .isTrue();
    assertThat(load("", Map.of()).listensToOthers()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SCALER_ACCESS_TOKENS", "SCALER_ACCESS_JWT_KEYS", "SCALER_TLS_CLIENT_AUTHORITIES"})
  void aVariableThatIsEmptyDoesNotUnlockWhatAFileLocks(String variable) {
    assertThat(problems("access: {tokens: tokens.yaml}", Map.of(variable, " ")))
        .singleElement()
        .asString()
        .contains("must not be empty (environment variable " + variable + ")");
  }

  @Test
  void laterLayersGoOverEarlierOnes() throws Exception {
    Settings settings =
        load(
            "grpc: {port: 1, host: file}\nhttp: {host: file}\n",
            Map.of("SCALER_GRPC_PORT", "2", "SCALER_HTTP_HOST", "environment"),
            "access.insecure=true",
            "grpc.port=3",
            "grpc.port=4");

    assertThat(settings.grpc().port()).isEqualTo(4);
    assertThat(settings.grpc().host()).isEqualTo("file");
    assertThat(settings.http().host()).isEqualTo("environment");
  }

  @Test
  void findsItsFileByAVariableUnlessTheCommandLineNamesOne() throws Exception {
    Path named = folder.resolve("named.yaml");
    Files.writeString(named, "grpc: {port: 7}");
    Map<String, String> environment = Map.of("SCALER_CONFIG", named.toString());

    assertThat(Settings.load(null, environment, List.of()).grpc().port()).isEqualTo(7);
    assertThat(load("", environment).grpc().port()).isEqualTo(9001);
  }

  @ParameterizedTest
  @MethodSource("memberLists")
  void takesMembersAsAListOrBetweenCommas(String members) throws Exception {
    assertThat(load("", Map.of(), "cluster.members=" + members).cluster().members())
        .containsExactly("a:5701", "b:5702");
  }

  static Stream<String> memberLists() {
    return Stream.of("a:5701,b:5702", " a:5701, b:5702 ,", "[a:5701, b:5702]");
  }

  @Test
  void takesMembersFromAFileAsAListOrBetweenCommas() throws Exception {
    assertThat(load("cluster: {members: [a:5701, b:5702]}", Map.of()).cluster().members())
        .isEqualTo(load("cluster:\n  members: a:5701,b:5702\n", Map.of()).cluster().members())
        .containsExactly("a:5701", "b:5702");
  }

  @Test
  void ignoresVariablesThatAreForOthers() throws Exception {
    assertThat(
            load(
                "",
                Map.of(
                    "PATH", "/bin",
                    "SCALER_JAVA_OPTS", "-Xmx1g",
                    "SCALER_DEMO_JAVA_OPTS", "-Xmx1g",
                    "SCALER_SERVICE_HOST", "10.0.0.1",
                    "SCALER_SERVICE_PORT_GRPC", "9001",
                    "SCALER_PORT", "tcp://10.0.0.1:9001",
                    "SCALER_PORT_9001_TCP_ADDR", "10.0.0.1",
                    "SCALER_GRPC_PORT", "tcp://10.0.0.1:9001",
                    "SCALER_GRPC_SERVICE_PORT", "9001")))
        .isEqualTo(defaults());
  }

  @Test
  void ignoresVariablesThatAreForTheCommandsThatCallNodes() throws Exception {
    assertThat(
            load(
                "",
                Map.of(
                    "SCALER_TOKEN", "a token",
                    "SCALER_TOKEN_FILE", "token",
                    "SCALER_CLIENT_CA", "ca.pem")))
        .isEqualTo(defaults());
  }

  @Test
  void takesAnEmptyFileAndEmptySectionsForNothing() throws Exception {
    assertThat(load("", Map.of())).isEqualTo(defaults());
    assertThat(load("# nothing\n", Map.of())).isEqualTo(defaults());
    assertThat(load("grpc:\nplatform:\n  calls: {}\n", Map.of())).isEqualTo(defaults());
  }

  static Stream<Arguments> badFiles() {
    return Stream.of(
        Arguments.of("grpc: {prot: 1}", "grpc.prot: no such key; the nearest is grpc.port (file "),
        Arguments.of("grcp: {port: 1}", "grcp.port: no such key; the nearest is grpc.port"),
        Arguments.of("grpc: 5", "grpc: must hold keys, is a value (file "),
        Arguments.of("grpc: {port: {a: 1}}", "grpc.port.a: no such key"),
        Arguments.of(
            "grpc: {port: 65536}",
            "grpc.port: must be a whole number between 0 and 65535, is 65536 (file "),
        Arguments.of("grpc: {port: }", "grpc.port: must be a single value, is null"),
        Arguments.of("grpc: {port: [1, 2]}", "grpc.port: must be a single value, is [1,2]"),
        Arguments.of("grpc: {port: 1}\ngrpc: {port: 2}", "is no YAML: Duplicate"),
        Arguments.of("grpc: {port: 1}\ngrpc.port: 2", "grpc.port: is given twice (file "),
        Arguments.of("grpc: [", "is no YAML: "),
        Arguments.of("- 1", "must hold keys with values"),
        Arguments.of("cluster: {members: 5}", "cluster.members: must be a list, is 5"),
        Arguments.of(
            "provisioned: [{key: f, memory: 128MB}]",
            "provisioned[0]: must have the key instances, is {\"key\":\"f\",\"memory\":\"128MB\"}"),
        Arguments.of(
            "provisioned: [{key: f, memory: 0.5GB, instances: 1}]",
            "provisioned[0].memory: must be a size between 1MB and 1024TB such as"),
        Arguments.of(
            "provisioned: [{key: f, memmory: 1GB, instances: 1}]",
            "provisioned[0].memmory: no such key; the nearest is memory, is '1GB'"),
        Arguments.of(
            "provisioned: [{key: \"\", memory: 1GB, instances: 1}]",
            "provisioned[0].key: must have 1 to 256 characters, is ''"),
        Arguments.of(
            "provisioned: [{key: f, memory: 1GB, windows: [{cron: daily, for: 1h, instances: 1}]}]",
            "provisioned[0].windows[0].cron: must be minute, hour, day of month, month and day of"
                + " week as for cron ("),
        Arguments.of(
            "provisioned: [{key: f, memory: 1GB, windows: [{cron: 0 8 * * *, instances: 1}]}]",
            "provisioned[0].windows[0]: must have the key for, is "),
        Arguments.of(
            "provisioned: [{key: f, memory: 1GB, windows: [{cron: 0 8 * * *, for: 0s, instances:"
                + " 1}]}]",
            "provisioned[0].windows[0].for: must be a duration between 1s and 366d, is '0s'"),
        Arguments.of(
            "provisioned: [{key: f, memory: 1GB, windows: [{cron: 0 8 * * *, for: 1h, instances: 1,"
                + " zone: Berlin}]}]",
            "provisioned[0].windows[0].zone: must be a time zone such as Europe/Berlin or UTC, is"
                + " 'Berlin'"),
        Arguments.of("provisioned: [f]", "provisioned[0]: must have the keys key, memory"),
        Arguments.of(
            "provisioned: [{key: f, memory: 1GB, instances: 1},{key: f, memory: 1GB, instances:"
                + " 1}]",
            "provisioned[1]: must have a key that no other has, is "),
        Arguments.of(
            "policy: {overrides: [{policy: fixed}]}",
            "policy.overrides[0]: must have the key functions, is "),
        Arguments.of(
            "policy: {overrides: [{functions: a*b}]}",
            "policy.overrides[0].functions: must have a * at its end or none, is 'a*b'"),
        Arguments.of(
            "policy: {overrides: [{functions: f, policy: best}]}",
            "policy.overrides[0].policy: must be one of cost-optimal, contest, greedy-dual,"),
        Arguments.of(
            "policy: {overrides: [{functions: f, min-instances: 3, max-instances: 2}]}",
            "policy.overrides[0].max-instances: must be a whole number between 3 and 1000000"),
        Arguments.of(
            "policy: {overrides: [{functions: f, max: 2}]}",
            "policy.overrides[0].max: no such key; the nearest is "),
        Arguments.of(
            "policy: {overrides: [{functions: f*}, {functions: f*}]}",
            "policy.overrides[1]: must have a key that no other has, is "));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void refusesABadFile(String yaml, String message) {
    assertThat(problems(yaml, Map.of())).singleElement().asString().contains(message);
  }

  static Stream<Arguments> badSets() {
    return Stream.of(
        Arguments.of("grpc.port", "--set grpc.port: must be key=value"),
        Arguments.of("=1", "--set =1: must be key=value"),
        Arguments.of("grpc.prt=1", "grpc.prt: no such key; the nearest is grpc.port (--set)"),
        Arguments.of("grpc=1", "grpc: must hold keys, is a value (--set)"),
        Arguments.of(
            "grpc.port=x", "grpc.port: must be a whole number between 0 and 65535, is 'x' (--set)"),
        Arguments.of("grpc.host=", "grpc.host: must not be empty, is '' (--set)"),
        Arguments.of(
            "grpc.max-message=1PB",
            "grpc.max-message: must be a size between 1KB and 64MB such as 512MB or 2GB, is '1PB'"),
        Arguments.of(
            "grpc.max-message=65MB",
            "grpc.max-message: must be a size between 1KB and 64MB, is '65MB'"),
        Arguments.of(
            "leader.tick=5",
            "leader.tick: must be a duration between 10ms and 1m such as 100ms, 5s, 10m, 1h or 1d,"
                + " is '5'"),
        Arguments.of(
            "leader.tick=2m", "leader.tick: must be a duration between 10ms and 1m, is '2m'"),
        Arguments.of(
            "cluster.heartbeat=1500ms",
            "cluster.heartbeat: must be whole seconds, is '1500ms' (--set)"),
        Arguments.of("limits.memory=1KB", "limits.memory: must be whole MB, is '1KB' (--set)"),
        Arguments.of(
            "access.insecure=yes", "access.insecure: must be true or false, is 'yes' (--set)"),
        Arguments.of(
            "access.certificates=[{name: a, role: boss}]",
            "access.certificates[0].role: must be one of caller, viewer, operator, is 'boss'"),
        Arguments.of(
            "platform.kind=docker",
            "platform.kind: must be one of simulated, grpc, is 'docker' (--set)"),
        Arguments.of("platform.address=here", "platform.address: must be host:port"),
        Arguments.of("tracing.endpoint=here:4318", "tracing.endpoint: must be an http or https"),
        Arguments.of("cluster.members=a:5701,b", "cluster.members: must be host:port"),
        Arguments.of("cluster.members=a:0", "cluster.members: must be host:port"),
        Arguments.of(
            "platform.simulated.jitter=1.5",
            "platform.simulated.jitter: must be a number between 0 and 1, is '1.5' (--set)"),
        Arguments.of(
            "platform.simulated.jitter=NaN", "platform.simulated.jitter: must be a number"),
        Arguments.of("provisioned=[", "provisioned: must be a list, is '[' (--set)"));
  }

  @ParameterizedTest
  @MethodSource("badSets")
  void refusesABadSet(String set, String message) {
    assertThat(problems("", Map.of(), set)).singleElement().asString().startsWith(message);
  }

  @Test
  void refusesABadVariable() {
    assertThat(problems("", Map.of("SCALER_GRPC_PROT", "1")))
        .containsExactly(
            "SCALER_GRPC_PROT: no such environment variable; the nearest is SCALER_GRPC_PORT");
    assertThat(problems("", Map.of("SCALER_GRPC_PORT", "-1")))
        .containsExactly(
            "grpc.port: must be a whole number between 0 and 65535, is '-1' (environment variable"
                + " SCALER_GRPC_PORT)");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Path missing = folder.resolve("missing.yaml");

    assertThat(
            catchThrowableOfType(
                    SettingsException.class, () -> Settings.load(missing, Map.of(), List.of()))
                .problems())
        .singleElement()
        .asString()
        .startsWith("file " + missing + ": cannot be read: there is no such file");
  }

  static Stream<Arguments> badCombinations() {
    return Stream.of(
        Arguments.of(
            List.of("cluster.expected-size=3"),
            "platform.kind: must not be simulated where cluster.expected-size is above 1, is 3: "),
        Arguments.of(
            List.of("cluster.members=a:1", "cluster.kubernetes-dns=scaler"),
            "cluster.kubernetes-dns: must be empty where cluster.members is not"),
        Arguments.of(
            List.of("cluster.removal=6s"),
            "cluster.removal: must be more than cluster.tolerance, cluster.heartbeat and"
                + " cluster.backup-timeout together, 6s, is 6s"),
        Arguments.of(
            List.of("http.port=9001"), "http.port: must differ from grpc.port, is 9001 as well"),
        Arguments.of(
            List.of("cluster.port=9001"),
            "cluster.port: must differ from grpc.port, is 9001 as well"),
        Arguments.of(
            List.of("cluster.port=9080"),
            "cluster.port: must differ from http.port, is 9080 as well"),
        Arguments.of(
            List.of("grpc.host=0.0.0.0"),
            "grpc.host: must be an address of this machine alone, such as 127.0.0.1, where"
                + " connections are not encrypted and callers need not show who they are, is"
                + " 0.0.0.0: either set tls.certificate and tls.key, and one of access.tokens,"
                + " access.jwt.keys and tls.client-authorities, or say access.insecure=true where"
                + " only those that are trusted reach the port"),
        Arguments.of(
            List.of("grpc.host=0.0.0.0", "tls.certificate=own.pem", "tls.key=key.pem"),
            "grpc.host: must be an address of this machine alone, such as 127.0.0.1, where callers"
                + " need not show who they are, is 0.0.0.0: either set one of access.tokens,"
                + " access.jwt.keys and tls.client-authorities, or say access.insecure=true"),
        Arguments.of(
            List.of("http.host=0.0.0.0", "access.tokens=tokens.yaml"),
            "http.host: must be an address of this machine alone, such as 127.0.0.1, where"
                + " connections are not encrypted, is 0.0.0.0: either set tls.certificate and"
                + " tls.key, or say access.insecure=true"),
        Arguments.of(
            List.of(
                "platform.kind=grpc",
                "platform.address=10.0.0.9:50051",
                "platform.security.token=platform.token"),
            "platform.security.tls: must be true where platform.security.token is set and"
                + " platform.address is no address of this machine, is 10.0.0.9:50051"),
        Arguments.of(
            List.of("access.jwt.issuer=issuer"),
            "access.jwt.issuer: must be empty where access.jwt.keys is, is issuer"),
        Arguments.of(
            List.of("access.jwt.audience=audience"),
            "access.jwt.audience: must be empty where access.jwt.keys is, is audience"),
        Arguments.of(
            List.of("http.host=127.0.0.1.example.com"),
            "http.host: must be an address of this machine alone"),
        Arguments.of(
            List.of("tls.certificate=own.pem"),
            "tls.key: must be set where tls.certificate is, and nowhere else"),
        Arguments.of(
            List.of("tls.key=key.pem"),
            "tls.key: must be set where tls.certificate is, and nowhere else"),
        Arguments.of(
            List.of("tls.client-authorities=clients.pem"),
            "tls.client-authorities: must be empty where tls.certificate is"),
        Arguments.of(
            List.of("access.certificates=[{name: a, role: caller}]"),
            "access.certificates: must be empty where tls.client-authorities is"),
        Arguments.of(
            List.of("requests.default-wait=10m"),
            "requests.default-wait: must be at most requests.max-wait, 5m, is 10m"),
        Arguments.of(
            List.of("platform.calls.breaker.minimum-calls=51"),
            "platform.calls.breaker.minimum-calls: must be at most platform.calls.breaker.window"),
        Arguments.of(
            List.of("policy.hybrid.head-percentile=0.995"),
            "policy.hybrid.head-percentile: must be at most policy.hybrid.tail-percentile, 0.99,"
                + " is"),
        Arguments.of(
            List.of("limits.memory=1GB", "provisioned=[{key: f, memory: 512MB, instances: 3}]"),
            "provisioned: must fit in limits.memory, 1GB, needs 1536MB"),
        Arguments.of(
            List.of(
                "limits.memory=1GB",
                "provisioned=[{key: f, memory: 512MB, windows: [{cron: 0 8 * * *, for: 1h,"
                    + " instances: 3}]}]"),
            "provisioned: must fit in limits.memory, 1GB, needs 1536MB"),
        Arguments.of(
            List.of("provisioned=[{key: f, memory: 1MB, instances: 10001}]"),
            "provisioned: must keep at most limits.instances-per-function, 10000, of a function,"
                + " is 10001 for f"),
        Arguments.of(
            List.of(
                "limits.instances-per-function=2",
                "provisioned=[{key: f, memory: 1MB, windows: [{cron: 0 8 * * *, for: 1h,"
                    + " instances: 3}]}]"),
            "provisioned: must keep at most limits.instances-per-function, 2, of a function, is 3"),
        Arguments.of(
            List.of("policy.overrides=[{functions: f*, min-instances: 10001}]"),
            "policy.overrides: must keep at most limits.instances-per-function, 10000, of a"
                + " function, is 10001 for f*"),
        Arguments.of(
            List.of("policy.default=greedy-dual"),
            "limits.memory: must not be 0 where policy.default is greedy-dual"),
        Arguments.of(
            List.of("policy.overrides=[{functions: f, policy: greedy-dual}]"),
            "limits.memory: must not be 0 where policy.default is greedy-dual, or the policy of"
                + " an"));
  }

  @ParameterizedTest
  @MethodSource("badCombinations")
  void refusesValuesThatDoNotGoTogether(List<String> sets, String message) {
    assertThat(problems("", Map.of(), sets.toArray(String[]::new)))
        .singleElement()
        .asString()
        .startsWith(message);
  }

  @Test
  void takesAnyFreePortForSeveralServers() throws Exception {
    assertThat(load("", Map.of(), "grpc.port=0", "http.port=0", "cluster.port=0").http().port())
        .isZero();
  }

  @Test
  void listsAllProblemsAtOnce() {
    SettingsException refused =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                load(
                    "grpc: {port: -1, nonsense: 1}",
                    Map.of("SCALER_NONSENSE", "1", "SCALER_HTTP_PORT", "x"),
                    "nonsense",
                    "leader.tick=0s"));

    assertThat(refused.problems()).hasSize(6);
    assertThat(refused).hasMessage(String.join("\n", refused.problems()));
    assertThat(Arrays.asList(refused.getMessage().split("\n")))
        .anyMatch(line -> line.startsWith("grpc.port: "))
        .anyMatch(line -> line.startsWith("leader.tick: "));
  }
}
