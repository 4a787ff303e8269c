package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
import io.scaler.v1.DestroyInstancesRequest;
import io.scaler.v1.Function;
import io.scaler.v1.FunctionSummary;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetFunctionResponse;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.HotFunction;
import io.scaler.v1.InstanceView;
import io.scaler.v1.ListFunctionsRequest;
import io.scaler.v1.MemberView;
import io.scaler.v1.NodeView;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReloadRequest;
import io.scaler.v1.RemoveOverrideRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What a cluster of two says of itself, whichever node is asked, and how the commands tell it. */
@Timeout(120)
class AdminTest {
  private static Node platform;
  private static Node first;
  private static Node second;
  private static ManagedChannel toFirst;
  private static ManagedChannel toSecond;

  private record Run(int exitCode, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    platform = Node.start(LocalNodes.settings());
    List<Integer> ports = LocalNodes.freePorts(4);
    first = Node.start(settings(ports, 0));
    second =
        Node.start(settings(ports, 1, "grpc.port=" + ports.get(2), "http.port=" + ports.get(3)));
    toFirst = channel(first);
    toSecond = channel(second);
    await()
        .ignoreException(StatusRuntimeException.class)
        .until(() -> status(toFirst).getEpoch() > 0 && status(toSecond).getNodesCount() == 2);
  }

  private static Settings settings(List<Integer> ports, int number, String... more)
      throws SettingsException {
    List<String> sets = new ArrayList<>(List.of(more));
    Collections.addAll(
        sets,
        "cluster.name=admin-" + ProcessHandle.current().pid() + "-" + ports.get(0),
        "cluster.port=" + ports.get(number),
        "cluster.members=127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1),
        "cluster.expected-size=2",
        "platform.kind=grpc",
        "policy.overrides=[{functions: bounded*, policy: none, max-instances: 1}]",
        "platform.address=127.0.0.1:" + platform.port());
    return LocalNodes.settings(sets.toArray(String[]::new));
  }

  @AfterAll
  static void stop() {
    toFirst.shutdownNow();
    toSecond.shutdownNow();
    second.close();
    first.close();
    platform.close();
  }

  private static ManagedChannel channel(Node node) {
    return NettyChannelBuilder.forAddress("127.0.0.1", node.port()).usePlaintext().build();
  }

  private static GetStatusResponse status(ManagedChannel channel) {
    return ScalerAdminGrpc.newBlockingStub(channel)
        .getStatus(GetStatusRequest.getDefaultInstance());
  }

  private static GetFunctionResponse function(ManagedChannel channel, String key) {
    return ScalerAdminGrpc.newBlockingStub(channel)
        .getFunction(GetFunctionRequest.newBuilder().setKey(key).build());
  }

  private static Assignment assigned(String key, String request) {
    return ScalerGrpc.newBlockingStub(toFirst)
        .assign(
            AssignRequest.newBuilder()
                .setRequestId(request)
                .setFunction(Function.newBuilder().setKey(key).setRuntime("java").setMemoryMb(64))
                .build())
        .getAssignment();
  }

  private static Run run(Node node, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine main = Main.commandLine();
    main.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--scaler";
    all[arguments.length + 1] = "127.0.0.1:" + node.port();
    return new Run(main.execute(all), out.toString(), err.toString());
  }

  @Test
  void bothNodesSayWhoIsThereAndWhoLeads() {
    GetStatusResponse one = status(toFirst);
    GetStatusResponse other = status(toSecond);

    assertThat(one.getNodesList()).hasSize(2).contains(one.getNode(), other.getNode());
    assertThat(other.getNodesList()).isEqualTo(one.getNodesList());
    assertThat(one.getLeader()).isEqualTo(one.getNodes(0)).isEqualTo(other.getLeader());
    assertThat(one.getNode()).isNotEqualTo(other.getNode());
    assertThat(one.getExpectedNodes()).isEqualTo(2);
  }

  @Test
  void statusSaysWhereEveryNodeIs() {
    GetStatusResponse told = status(toSecond);

    assertThat(told.getMembersList())
        .extracting(
            MemberView::getNode,
            MemberView::getGrpcPort,
            MemberView::getClusterAddress,
            MemberView::hasGoneSince)
        .containsExactly(
            tuple(told.getNodes(0), 0, first.clusterAddress(), false),
            tuple(told.getNodes(1), second.port(), second.clusterAddress(), false));
    assertThat(told.getMembers(1).getHttpPort()).isEqualTo(second.httpPort());
    assertThat(told.getMembers(1).getHost()).isNotEmpty();
    assertThat(run(first, "status").out())
        .containsPattern("node +host +grpc +http +state")
        .containsPattern(
            "%s +%s +%d +%d +serving"
                .formatted(
                    told.getNodes(1),
                    Pattern.quote(told.getMembers(1).getHost()),
                    second.port(),
                    second.httpPort()));
    assertThat(run(first, "status", "--json").out())
        .contains("\"grpcPort\": %d".formatted(second.port()));
  }

  @Test
  void whatAnOperatorChangesIsLoggedOnce() {
    Logger deeds = (Logger) LoggerFactory.getLogger("io.scaler.OperatorChanges");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Level before = deeds.getLevel();
    deeds.setLevel(Level.INFO);
    deeds.addAppender(logged);
    try {
      ScalerAdminGrpc.ScalerAdminBlockingStub admin = ScalerAdminGrpc.newBlockingStub(toFirst);
      Assignment held = assigned("logged", "logged-1");
      var unusedDestroying =
          admin.destroyInstances(
              DestroyInstancesRequest.newBuilder()
                  .setKey("logged")
                  .setInstanceId(held.getInstanceId())
                  .build());
      var unusedChanges = admin.reload(ReloadRequest.getDefaultInstance());
      assertThatThrownBy(
              () ->
                  admin.removeOverride(
                      RemoveOverrideRequest.newBuilder().setFunctions("logged").build()))
          .isInstanceOf(StatusRuntimeException.class);
      status(toFirst);

      assertThat(logged.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .isEqualTo(
                          "anybody: destroy instance %s of function logged"
                              .formatted(held.getInstanceId())),
              line -> assertThat(line).isEqualTo("anybody: reload the configuration"),
              line ->
                  assertThat(line)
                      .startsWith(
                          "anybody: take back what was laid down for logged, which"
                              + " failed: functions: must be"));
    } finally {
      deeds.detachAppender(logged);
      deeds.setLevel(before);
    }
  }

  @Test
  void aFunctionIsToldOfByBothNodes() {
    Assignment held = assigned("told", "r1");
    Assignment free = assigned("told", "r2");
    ScalerGrpc.newBlockingStub(toSecond)
        .release(ReleaseRequest.newBuilder().setAssignment(free).build());

    for (ManagedChannel channel : List.of(toFirst, toSecond)) {
      GetFunctionResponse told = function(channel, "told");

      assertThat(told.getSummary().getRuntime()).isEqualTo("java");
      assertThat(told.getSummary().getMemoryMb()).isEqualTo(64);
      assertThat(told.getSummary().getCounts().getBusy()).isEqualTo(1);
      assertThat(told.getSummary().getCounts().getIdle()).isEqualTo(1);
      assertThat(told.getInstancesList())
          .filteredOn(each -> each.getState().equals("ASSIGNED"))
          .singleElement()
          .satisfies(
              each -> {
                assertThat(each.getInstanceId()).isEqualTo(held.getInstanceId());
                assertThat(each.getRequestId()).isEqualTo("r1");
                assertThat(each.getReason()).isEqualTo("a request waits");
              });
      assertThat(told.getPlan().getWords()).startsWith("fixed");
    }
    for (ManagedChannel channel : List.of(toFirst, toSecond)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(function(channel, "told").getDemand().getArrivals())
                      .as("handed on by each node that saw some of it")
                      .isEqualTo(2));
    }
  }

  @Test
  void anOverrideHoldsForTheFunctionsThatItNames() {
    Assignment only = assigned("bounded-1", "r1");
    var second =
        ScalerGrpc.newFutureStub(toSecond)
            .assign(
                AssignRequest.newBuilder()
                    .setRequestId("r2")
                    .setFunction(
                        Function.newBuilder()
                            .setKey("bounded-1")
                            .setRuntime("java")
                            .setMemoryMb(64))
                    .build());
    await().until(() -> function(toFirst, "bounded-1").getWaitersCount() == 1);
    assertThat(function(toFirst, "bounded-1").getInstancesCount()).isEqualTo(1);
    assertThat(function(toFirst, "bounded-1").getPlan().getWords())
        .isEqualTo("none: keeps no idle instances; at most 1 for bounded*");

    ScalerGrpc.newBlockingStub(toFirst)
        .release(ReleaseRequest.newBuilder().setAssignment(only).build());

    assertThat(second).succeedsWithin(java.time.Duration.ofSeconds(30));
    assertThat(function(toFirst, "bounded-1").getSummary().getCounts().getBusy()).isEqualTo(1);
  }

  @Test
  void whatAnOperatorLaysDownThroughOneNodeHoldsForARunningFunctionOnAllWithoutARestart() {
    Assignment first = assigned("ruled/a", "r1");
    Assignment second = assigned("ruled/a", "r2");
    for (Assignment held : List.of(first, second)) {
      ScalerGrpc.newBlockingStub(toFirst)
          .release(ReleaseRequest.newBuilder().setAssignment(held).build());
    }
    assertThat(function(toFirst, "ruled/a").getSummary().getCounts().getIdle()).isEqualTo(2);

    Run laid = run(AdminTest.second, "override", "ruled/*", "--policy", "none", "--max", "9");
    assertThat(laid.err()).isEmpty();
    assertThat(laid.out())
        .contains("ruled/*      none    -    9            -")
        .doesNotContain("known");
    for (ManagedChannel channel : List.of(toFirst, toSecond)) {
      await()
          .untilAsserted(
              () -> {
                GetFunctionResponse told = function(channel, "ruled/a");
                assertThat(told.getPlan().getWords())
                    .isEqualTo("none: keeps no idle instances; at most 9 for ruled/*");
                assertThat(told.getSummary().getCounts().getIdle()).isZero();
              });
    }
    assertThat(run(AdminTest.first, "function", "ruled/a").out())
        .contains("rule    for ruled/*, laid down by an operator: policy none, at most 9");
    assertThat(run(AdminTest.first, "override").out()).contains("ruled/*");

    assertThat(run(AdminTest.first, "override", "ruled/*", "--remove").out())
        .isEqualTo("nothing is laid down for ruled/* any more\n");
    for (ManagedChannel channel : List.of(toFirst, toSecond)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(function(channel, "ruled/a").getPlan().getWords())
                      .startsWith("fixed: "));
    }
    assertThat(run(AdminTest.second, "override", "ruled/*").out())
        .isEqualTo("nothing is laid down\n");
  }

  @Test
  void anOperatorsMinimumIsLaunchedForAFunctionThatNobodyAsksForAnyMore() {
    ScalerGrpc.newBlockingStub(toFirst)
        .release(ReleaseRequest.newBuilder().setAssignment(assigned("raised", "r1")).build());

    assertThat(run(second, "override", "raised", "--min", "3").out()).doesNotContain("known");

    await()
        .untilAsserted(
            () ->
                assertThat(function(toFirst, "raised").getSummary().getCounts().getIdle())
                    .isEqualTo(3));
    run(first, "override", "raised", "--remove");
  }

  @Test
  void anOperatorProvisionsAFunctionThatWasNeverAskedFor() {
    Run laid = run(first, "override", "fresh", "--provisioned", "2", "--memory", "64");
    assertThat(laid.err()).isEmpty();
    assertThat(laid.out()).doesNotContain("known");

    await()
        .ignoreException(StatusRuntimeException.class)
        .untilAsserted(
            () ->
                assertThat(function(toSecond, "fresh").getSummary().getCounts().getIdle())
                    .isEqualTo(2));
    assertThat(function(toSecond, "fresh").getPlan().getWords()).endsWith("; 2 provisioned");

    run(second, "override", "fresh", "--remove");
    await()
        .untilAsserted(
            () -> assertThat(function(toFirst, "fresh").getPlan().getMinInstances()).isZero());
  }

  @Test
  void anOperatorsWindowHasMoreInstancesWhileItLasts() {
    Run laid =
        run(
            first,
            "override",
            "windowed",
            "--window",
            "* * * * *;1h;2;Europe/Berlin",
            "--memory",
            "64");
    assertThat(laid.err()).isEmpty();
    assertThat(laid.out()).contains("2 from * * * * * Europe/Berlin for 60.0 min");

    await()
        .ignoreException(StatusRuntimeException.class)
        .untilAsserted(
            () ->
                assertThat(function(toSecond, "windowed").getSummary().getCounts().getIdle())
                    .isEqualTo(2));
    assertThat(run(second, "override", "windowed", "--window", "60 * * * *;1h;2").err())
        .contains(": windows.cron: must be minute, hour, day of month");
    assertThat(run(second, "override", "windowed", "--window", "0 * * * *;1h;2;Berlin").err())
        .contains(": windows.zone: must be a time zone such as Europe/Berlin");
    run(second, "override", "windowed", "--remove");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          f --policy best                | policy: must be one of contest, cost-optimal, fixed, hybrid, none, is best
          f --policy greedy-dual         | policy: greedy-dual needs limits.memory, which is 0 (no limit); as it is, must be one of contest, cost-optimal, fixed, hybrid, none
          f --min 5 --max 3              | max_instances: must be at least min_instances, 5, is 3
          f --min -1                     | min_instances: must be between 0 and 1000000, is -1
          f --min 20000                  | min_instances: must be at most limits.instances-per-function, 10000, is 20000
          f --provisioned 20000 --memory 64 | provisioned: must be at most limits.instances-per-function, 10000, is 20000
          f --window 0_8_*_*_*;1h;10001  | windows.instances: must be at most limits.instances-per-function, 10000, is 10001
          f --max 0                      | max_instances: must be between 1 and 1000000, is 0
          a*b --min 1                    | functions: must have a * at its end or none, is a*b
          f* --provisioned 1             | provisioned: must be for one function, is for f*
          never --provisioned 1          | function: must say what to launch for the provisioned instances of never
          never --provisioned 1 --memory 0 | function.memory_mb: must be between 1 and
          never --remove                 | functions: must be those of an override, never has none
          f --remove --min 1             | --remove takes back all that was laid down
          --min 1                        | FUNCTIONS must be given for what is laid down
          f --runtime java               | --runtime: must be with --memory
          f --window daily               | --window: must be CRON;FOR;N or CRON;FOR;N;ZONE, is 'daily'
          f --min many                   | Invalid value for option '--min'
          f --max 9999999999             | '--max': must be a whole number, 1000000 at most, is '9999999999'
          """)
  void anOverrideThatBreaksARuleIsRefusedAndChangesNothing(String arguments, String message) {
    String before = run(first, "override", "--json").out();
    Run refused = run(second, words("override " + arguments));

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.err()).contains(message);
    assertThat(run(first, "override", "--json").out()).isEqualTo(before);
  }

  /** Separated by spaces; those within one are underscores. */
  private static String[] words(String arguments) {
    return Stream.of(arguments.split(" "))
        .map(word -> word.replace('_', ' '))
        .toArray(String[]::new);
  }

  @Test
  void anOverrideOfAFunctionThatNobodyKnowsSaysSoAndIsLaidDownAllTheSame() {
    Run laid = run(first, "override", "rare-typo", "--min", "1");
    assertThat(laid.exitCode()).isZero();
    assertThat(laid.out())
        .endsWith("no function rare-typo is known yet; it holds from its first request on\n");
    assertThat(run(second, "override", "rare-typo", "--min", "1", "--memory", "64").out())
        .as("said what it is, but launched by nothing yet")
        .contains("no function rare-typo is known yet");
    assertThat(run(second, "override", "rare-typo", "--min", "1", "--json").out())
        .contains("\"functionUnknown\": true");
    assertThat(run(second, "override", "rare-typo").out()).doesNotContain("known");
    assertThat(run(first, "override", "rare-typo", "--remove").err()).isEmpty();
  }

  @Test
  void anOverrideMayKeepAsManyInstancesAsAFunctionMayHave() {
    Run laid = run(first, "override", "many/*", "--min", "10000");
    assertThat(laid.err()).isEmpty();

    run(first, "override", "many/*", "--remove");
  }

  @Test
  void aFunctionsInstancesAreAsManyAsAreAskedFor() {
    assigned("many", "r1");
    assigned("many", "r2");
    assigned("many", "r3");

    assertThat(run(first, "function", "many", "--top", "2").out()).endsWith("and 1 more (--top)\n");
    assertThat(run(first, "function", "many").out()).doesNotContain("more (--top)");
  }

  @Test
  void functionsAreListedByTheirPrefix() {
    assigned("list/b", "r1");
    assigned("list/a", "r1");
    assigned("other", "r1");

    assertThat(
            ScalerAdminGrpc.newBlockingStub(toSecond)
                .listFunctions(ListFunctionsRequest.newBuilder().setPrefix("list/").build())
                .getFunctionsList())
        .extracting(FunctionSummary::getKey)
        .containsExactly("list/a", "list/b");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'INVALID_ARGUMENT: key: must not be empty'",
    "nobody, 'NOT_FOUND: no instances or requests of function nobody are known'"
  })
  void aFunctionThatIsNotThereIsRefusedInWords(String key, String message) {
    assertThatThrownBy(() -> function(toSecond, key))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith(message.substring(0, message.indexOf(':') + 5));
  }

  @Test
  void theCommandsTellItInWordsAndAsJson() {
    assigned("said", "r1");

    assertThat(run(second, "status").out())
        .contains("nodes        2 of 2: ")
        .contains(
            "leader       " + status(toFirst).getLeader() + ", term " + status(toFirst).getEpoch());
    assertThat(run(second, "functions", "--prefix", "said").out())
        .contains("function  MB  idle  busy  starting  waiting")
        .contains("said      64     0     1         0        0");
    assertThat(run(second, "function", "said").out())
        .containsPattern("function said, runtime java, 64 MB, kept by [0-9a-f]{12}\n")
        .contains("plan    fixed")
        .contains("assigned")
        .contains("r1")
        .contains("a request waits");
    assertThat(run(first, "function", "said", "--json").out()).contains("\"requestId\": \"r1\"");
    assertThat(run(first, "functions", "--prefix", "nothing").out()).startsWith("no function");
  }

  @Test
  void explainSaysWhyTheLastStartsWereCold() {
    Assignment first = assigned("explained", "r1");
    assigned("explained", "r2");

    assertThat(run(second, "explain", "explained").out())
        .containsSubsequence(
            "plan: fixed",
            "request r2:",
            "the only instance was busy; served after",
            "request r1:",
            "it was the first call, or none before it is remembered; served after");
    assertThat(function(toSecond, "explained").getColdStartsList())
        .satisfiesExactly(
            cold -> assertThat(cold.getInstanceId()).isEqualTo(first.getInstanceId()),
            cold -> assertThat(cold.getCause()).isEqualTo("ALL_BUSY"));
    assertThat(run(second, "explain", "nobody").err())
        .contains(": no instances or requests of function nobody are known");
  }

  @Test
  void destroyTakesIdleInstancesNowAndBusyOnesWhenTheyAreReleased() {
    Assignment free = assigned("destroyed", "r1");
    Assignment held = assigned("destroyed", "r2");
    release(free);

    assertThat(run(second, "destroy", "destroyed").out())
        .isEqualTo("function destroyed: 1 being destroyed, 1 more when released\n");

    await().until(() -> function(toFirst, "destroyed").getInstancesCount() == 1);
    assertThat(run(first, "function", "destroyed").out()).contains("assigned, its last");
    release(held);
    await().until(() -> function(toFirst, "destroyed").getInstancesCount() == 0);
  }

  @Test
  void destroyTakesTheOneInstanceThatIsNamed() {
    Assignment one = assigned("chosen", "r1");
    Assignment other = assigned("chosen", "r2");
    release(one);
    release(other);

    assertThat(run(first, "destroy", "chosen", "--instance", one.getInstanceId(), "--json").out())
        .contains("\"destroying\": 1");

    await()
        .untilAsserted(
            () ->
                assertThat(function(toSecond, "chosen").getInstancesList())
                    .extracting(InstanceView::getInstanceId)
                    .containsExactly(other.getInstanceId()));
    assertThat(run(first, "destroy", "chosen", "--instance", "i-none").err())
        .contains(": function chosen has no instance i-none");
    assertThat(run(first, "destroy", "nobody").err())
        .contains(": function nobody has no instances");
  }

  @Test
  void statusTellsOfEveryNodeAndOfTheLimits() {
    assigned("counted", "r1");

    await()
        .untilAsserted(
            () -> {
              GetStatusResponse told = status(toSecond);
              assertThat(told.getNodeViewsList())
                  .extracting(NodeView::getNode)
                  .containsExactlyInAnyOrderElementsOf(told.getNodesList());
              assertThat(told.getNodeViewsList())
                  .filteredOn(NodeView::getLeads)
                  .extracting(NodeView::getNode)
                  .containsExactly(told.getLeader());
              assertThat(told.getHottestList()).extracting(HotFunction::getKey).contains("counted");
            });
    assertThat(run(second, "status").out())
        .containsPattern("limits.launches +1,000 +[0-9]+\n")
        .containsPattern("limits.memory +none +-\n")
        .containsPattern("serving, leads +complete +go on");
  }

  @Test
  void withoutAMajorityStatusSaysWhyAndWhomTheNodeKnows() throws Exception {
    List<Integer> ports = LocalNodes.freePorts(2);
    try (Node alone = Node.start(settings(ports, 0))) {
      Run run = run(alone, "status");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out())
          .startsWith("this node hears from no majority, only from 1 of 2 nodes")
          .containsPattern("node +host +grpc +http +address +state\n")
          .contains("127.0.0.1:%d  heard from\n".formatted(ports.get(0)));
      assertThat(run(alone, "status", "--json").out()).contains("\"noMajority\": \"this node");

      for (String command :
          List.of("functions", "function f", "destroy f", "override f --min 1", "override")) {
        assertThat(run(alone, command.split(" ")).err())
            .as(command)
            .contains(": this node hears from no majority, only from 1 of 2 nodes")
            .contains("Calls go on when it hears from 1 of them");
      }

      ManagedChannel channel = channel(alone);
      assertThatThrownBy(() -> status(channel)).hasMessageContaining("hears from no majority");
      channel.shutdownNow();
    }
  }

  @Test
  void topPrintsOneBlockWhereItIsNoTerminal() {
    Run top = run(first, "top", "--once", "--every", "1");

    assertThat(top.exitCode()).isZero();
    assertThat(top.out())
        .startsWith("2 of 2 nodes, leader ")
        .containsPattern("starts a second  .* failed; over the last \\d+ s\n")
        .containsPattern("hottest functions; the last 15 s count half +calls/s +cold/s")
        .doesNotContain("\u001b");
    assertThat(run(first, "top", "--every", "0").err())
        .contains("--every: must be between 1 and 3600, is 0");
  }

  @Test
  void aDrainIsRefusedThatWouldLeaveTooFewNodesOrOfANodeThatIsNotThere() {
    assertThat(run(first, "drain", "n-none").err())
        .contains(": node: must be one of the members, ");
    String node = status(toSecond).getNode();
    assertThat(run(first, "drain", node).err())
        .endsWith(
            ": node: %s must stay: without it 1 would serve, and the cluster needs 2 to answer calls; wait until more nodes serve, or drain it all the same with --force%n"
                .formatted(node));
    assertThat(status(toFirst).getNodeViewsList())
        .extracting(NodeView::getState)
        .containsOnly("SERVING");
  }

  private static void release(Assignment held) {
    var unused =
        ScalerGrpc.newBlockingStub(toSecond)
            .release(ReleaseRequest.newBuilder().setAssignment(held).build());
  }

  @Test
  void theCommandsSayWhyThereIsNoAnswer() {
    Run unknown = run(second, "function", "nobody");

    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains(": no instances or requests of function nobody are known");
    assertThat(run(second, "functions", "--sort", "size").exitCode()).isEqualTo(2);
  }
}
