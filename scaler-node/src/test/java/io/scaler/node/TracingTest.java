package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.scaler.adapter.tracing.OtelTracing;
import io.scaler.config.Settings;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Function;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.Outcome;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of requests through two nodes, by whom, and as parts of what. */
@Timeout(120)
class TracingTest {
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final String CALLER = "00f067aa0ba902b7";

  private static final Spans spans = new Spans();
  private static Node platform;
  private static Node first;
  private static Node second;
  private static ManagedChannel toFirst;
  private static ManagedChannel toSecond;

  private static final class Spans implements SpanExporter {
    final Queue<SpanData> all = new ConcurrentLinkedQueue<>();

    @Override
    public CompletableResultCode export(Collection<SpanData> exported) {
      all.addAll(exported);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }

    /** The names of a trace's spans from the root on, and on which node each was. */
    Map<String, String> tree(String trace) {
      Map<String, SpanData> byId = new HashMap<>();
      all.stream()
          .filter(span -> span.getTraceId().equals(trace))
          .forEach(span -> byId.put(span.getSpanId(), span));
      Map<String, String> tree = new TreeMap<>();
      byId.values().forEach(span -> tree.put(path(span, byId), node(span)));
      return tree;
    }

    private static String path(SpanData span, Map<String, SpanData> byId) {
      SpanData parent = byId.get(span.getParentSpanId());
      String above = parent == null ? span.getParentSpanId() : path(parent, byId);
      return above + "/" + span.getName().substring("scaler.".length());
    }

    private static String node(SpanData span) {
      return span.getResource().getAttributes().asMap().entrySet().stream()
          .filter(each -> each.getKey().getKey().equals("service.instance.id"))
          .map(each -> each.getValue().toString())
          .findFirst()
          .orElseThrow();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    platform = Node.start(LocalNodes.settings());
    List<Integer> ports = LocalNodes.freePorts(2);
    first = start(ports, 0);
    second = start(ports, 1);
    toFirst = channel(first);
    toSecond = channel(second);
    await()
        .ignoreException(StatusRuntimeException.class)
        .until(() -> nodes(toFirst).size() == 2 && nodes(toSecond).size() == 2);
    await().until(() -> first.isReady() && second.isReady());
  }

  private static Node start(List<Integer> ports, int number) throws Exception {
    Settings settings =
        LocalNodes.settings(
            "cluster.name=tracing-" + ProcessHandle.current().pid() + "-" + ports.get(0),
            "cluster.port=" + ports.get(number),
            "cluster.members=127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1),
            "cluster.expected-size=2",
            "platform.kind=grpc",
            "policy.overrides=[{functions: single*, policy: fixed, max-instances: 1}]",
            "platform.address=127.0.0.1:" + platform.port());
    return Node.start(
        settings,
        SettingsSource.fixed(settings),
        node -> Optional.of(new OtelTracing(SimpleSpanProcessor.create(spans), 0, node)));
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

  private static List<String> nodes(ManagedChannel channel) {
    return ScalerAdminGrpc.newBlockingStub(channel)
        .getStatus(GetStatusRequest.getDefaultInstance())
        .getNodesList();
  }

  private static String id(ManagedChannel channel) {
    return ScalerAdminGrpc.newBlockingStub(channel)
        .getStatus(GetStatusRequest.getDefaultInstance())
        .getNode();
  }

  private static Future<AssignResponse> assign(String key, String request, String traceparent) {
    Metadata headers = new Metadata();
    headers.put(TRACEPARENT, traceparent);
    return ScalerGrpc.newFutureStub(toFirst)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .assign(
            AssignRequest.newBuilder()
                .setRequestId(request)
                .setFunction(Function.newBuilder().setKey(key).setMemoryMb(64))
                .build());
  }

  private static AssignResponse got(Future<AssignResponse> answer) throws Exception {
    return answer.get(30, TimeUnit.SECONDS);
  }

  private static void releaseThroughSecond(AssignResponse held) {
    var unused =
        ScalerGrpc.newBlockingStub(toSecond)
            .release(ReleaseRequest.newBuilder().setAssignment(held.getAssignment()).build());
  }

  private static int waiting(String key) {
    return ScalerAdminGrpc.newBlockingStub(toFirst)
        .getFunction(GetFunctionRequest.newBuilder().setKey(key).build())
        .getSummary()
        .getCounts()
        .getWaiting();
  }

  private static String sampled(String trace) {
    return "00-" + trace + "-" + CALLER + "-01";
  }

  @Test
  void aColdStartsPartsAreTheRequestsThatCausedIt() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    AssignResponse held = got(assign("cold", "r1", sampled(trace)));

    String assign = CALLER + "/assign";
    await()
        .untilAsserted(
            () ->
                assertThat(spans.tree(trace))
                    .containsOnlyKeys(
                        assign,
                        assign + "/queue",
                        assign + "/launch",
                        assign + "/launch/permits",
                        assign + "/launch/create",
                        assign + "/launch/init",
                        assign + "/hand-off",
                        assign + "/taken")
                    .containsValue(id(toFirst)));
    releaseThroughSecond(held);
  }

  @Test
  void aHandOffThatAnotherNodeMakesIsAPartOfTheRequestThatGetsTheInstance() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4737";
    AssignResponse held = got(assign("single", "r1", sampled("4bf92f3577b34da6a3ce929d0e0e4738")));
    Future<AssignResponse> behind = assign("single", "r2", sampled(trace));
    await().until(() -> waiting("single") == 1);

    releaseThroughSecond(held);

    assertThat(got(behind).getAssignment().getInstanceId())
        .isEqualTo(held.getAssignment().getInstanceId());
    await()
        .untilAsserted(
            () ->
                assertThat(spans.tree(trace))
                    .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                            CALLER + "/assign", id(toFirst),
                            CALLER + "/assign/queue", id(toFirst),
                            CALLER + "/assign/hand-off", id(toSecond),
                            CALLER + "/assign/taken", id(toFirst))));
    releaseThroughSecond(got(behind));
  }

  @Test
  void aLaunchThatAnotherNodeBeginsIsAPartOfTheRequestThatWaits() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4739";
    AssignResponse held =
        got(assign("single-more", "r1", sampled("4bf92f3577b34da6a3ce929d0e0e473a")));
    Future<AssignResponse> behind = assign("single-more", "r2", sampled(trace));
    await().until(() -> waiting("single-more") == 1);

    var unused =
        ScalerGrpc.newBlockingStub(toSecond)
            .release(
                ReleaseRequest.newBuilder()
                    .setAssignment(held.getAssignment())
                    .setOutcome(Outcome.DESTROY)
                    .build());

    AssignResponse next = got(behind);
    await()
        .untilAsserted(
            () ->
                assertThat(spans.tree(trace))
                    .containsEntry(CALLER + "/assign", id(toFirst))
                    .containsEntry(CALLER + "/assign/launch/create", id(toSecond))
                    .containsEntry(CALLER + "/assign/launch/init", id(toSecond)));
    releaseThroughSecond(next);
  }

  @Test
  void nothingIsToldOfARequestWhoseCallerDoesNotWantIt() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e473b";

    AssignResponse held = got(assign("quiet", "r1", "00-" + trace + "-" + CALLER + "-00"));
    releaseThroughSecond(held);
    AssignResponse next = got(assign("quiet", "r2", "is no traceparent"));
    releaseThroughSecond(next);

    assertThat(spans.all)
        .noneMatch(span -> span.getTraceId().equals(trace))
        .noneMatch(
            span ->
                span.getAttributes().asMap().values().stream().anyMatch(v -> v.equals("quiet")));
  }
}
