package io.scaler.adapter.grpc;

import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import io.scaler.demand.Demand;
import io.scaler.demand.LogLinearHistogram;
import io.scaler.model.Check;
import io.scaler.model.Foresight;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Levels;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.pool.ColdStart;
import io.scaler.pool.Hold;
import io.scaler.pool.Instance;
import io.scaler.pool.PoolState;
import io.scaler.pool.Reply;
import io.scaler.pool.Waiter;
import io.scaler.service.Configuration;
import io.scaler.service.Destroyer;
import io.scaler.service.Drainer;
import io.scaler.service.FailedCalls;
import io.scaler.service.HotFunctions;
import io.scaler.service.Inspection;
import io.scaler.service.Inspection.Membership;
import io.scaler.service.Inspection.Summary;
import io.scaler.service.KnownNode;
import io.scaler.service.LimitUse;
import io.scaler.service.NodeReport;
import io.scaler.service.NodeReports;
import io.scaler.service.PoolCounts.Sum;
import io.scaler.service.Vitals.Hot;
import io.scaler.v1.ColdStartView;
import io.scaler.v1.DemandView;
import io.scaler.v1.DestroyInstancesRequest;
import io.scaler.v1.DestroyInstancesResponse;
import io.scaler.v1.DrainNodeRequest;
import io.scaler.v1.DrainNodeResponse;
import io.scaler.v1.FunctionSummary;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetFunctionResponse;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.HotFunction;
import io.scaler.v1.InstanceView;
import io.scaler.v1.LimitView;
import io.scaler.v1.ListFunctionsRequest;
import io.scaler.v1.ListFunctionsResponse;
import io.scaler.v1.ListOverridesRequest;
import io.scaler.v1.ListOverridesResponse;
import io.scaler.v1.MemberView;
import io.scaler.v1.NodeView;
import io.scaler.v1.PlanView;
import io.scaler.v1.PoolCounts;
import io.scaler.v1.ReloadRequest;
import io.scaler.v1.ReloadResponse;
import io.scaler.v1.RemoveOverrideRequest;
import io.scaler.v1.RemoveOverrideResponse;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.SetOverrideRequest;
import io.scaler.v1.SetOverrideResponse;
import io.scaler.v1.Starts;
import io.scaler.v1.WaiterView;
import io.scaler.v1.WindowView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code scaler.v1.ScalerAdmin}, as its .proto file says. */
public final class AdminService extends ScalerAdminGrpc.ScalerAdminImplBase {
  private static final int MOST_HOT = 20;

  private final Inspection inspection;
  private final Function<FunctionSpec, Plan> plans;
  private final Destroyer destroyer;
  private final ClusterAccess cluster;
  private final InstantSource clock;
  private final OverrideCalls overrides;
  private final Configuration configuration;
  private final FailedCalls failed;

  /**
   * What it asks of the nodes.
   *
   * @param limits and how far they are reached
   */
  public record ClusterAccess(
      NodeReports reports, Drainer drainer, Supplier<CompletionStage<List<LimitUse>>> limits) {}

  /**
   * @param plans the plan that holds for a function, as far as this node knows
   * @param failed is told of calls that are not served
   */
  public AdminService(
      Inspection inspection,
      Function<FunctionSpec, Plan> plans,
      Destroyer destroyer,
      ClusterAccess cluster,
      OverrideCalls overrides,
      Configuration configuration,
      FailedCalls failed,
      InstantSource clock) {
    this.inspection = inspection;
    this.plans = plans;
    this.destroyer = destroyer;
    this.cluster = cluster;
    this.overrides = overrides;
    this.configuration = configuration;
    this.failed = failed;
    this.clock = clock;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
    new UnaryCall<>("GetStatus", responses, new StatusRefusals<GetStatusResponse>(), failed)
        .answer(() -> status(request), GetStatusResponse.Builder::build, () -> "the cluster");
  }

  @Override
  public void listFunctions(
      ListFunctionsRequest request, StreamObserver<ListFunctionsResponse> responses) {
    new UnaryCall<>("ListFunctions", responses, new StatusRefusals<ListFunctionsResponse>(), failed)
        .answer(
            () -> inspection.functions(Check.text("prefix", request.getPrefix(), Check.LONGEST_ID)),
            found ->
                ListFunctionsResponse.newBuilder()
                    .addAllFunctions(found.stream().map(AdminService::summary).toList())
                    .build(),
            () -> "functions " + request.getPrefix());
  }

  @Override
  public void getFunction(
      GetFunctionRequest request, StreamObserver<GetFunctionResponse> responses) {
    new UnaryCall<>("GetFunction", responses, new StatusRefusals<GetFunctionResponse>(), failed)
        .answer(
            () -> {
              String key = Check.id("key", request.getKey());
              return inspection.pool(key).thenCombine(inspection.demand(key), this::function);
            },
            found -> found.orElseThrow(() -> unknown(request.getKey())),
            () -> "function " + request.getKey());
  }

  @Override
  public void destroyInstances(
      DestroyInstancesRequest request, StreamObserver<DestroyInstancesResponse> responses) {
    new UnaryCall<>(
            "DestroyInstances", responses, new StatusRefusals<DestroyInstancesResponse>(), failed)
        .answer(
            () -> destroy(request),
            destroying ->
                DestroyInstancesResponse.newBuilder()
                    .setDestroying(destroying.retiring())
                    .setAtRelease(destroying.condemned())
                    .build(),
            () -> "function " + request.getKey());
  }

  private CompletionStage<Reply.Destroying> destroy(DestroyInstancesRequest request) {
    String key = Check.id("key", request.getKey());
    String instance = Check.text("instance_id", request.getInstanceId(), Check.LONGEST_ID);
    return Deeds.logged(
        "destroy %s of function %s"
            .formatted(instance.isEmpty() ? "all instances" : "instance " + instance, key),
        destroyer.destroy(key, instance));
  }

  @Override
  public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> responses) {
    new UnaryCall<>("DrainNode", responses, new StatusRefusals<DrainNodeResponse>(), failed)
        .answer(
            () ->
                Deeds.logged(
                    "drain node " + Check.id("node", request.getNode()),
                    cluster.drainer().drain(request.getNode(), request.getForce())),
            done -> DrainNodeResponse.getDefaultInstance(),
            () -> "node " + request.getNode());
  }

  @Override
  public void setOverride(
      SetOverrideRequest request, StreamObserver<SetOverrideResponse> responses) {
    overrides.set(request, responses);
  }

  @Override
  public void removeOverride(
      RemoveOverrideRequest request, StreamObserver<RemoveOverrideResponse> responses) {
    overrides.remove(request, responses);
  }

  @Override
  public void listOverrides(
      ListOverridesRequest request, StreamObserver<ListOverridesResponse> responses) {
    overrides.list(responses);
  }

  @Override
  public void reload(ReloadRequest request, StreamObserver<ReloadResponse> responses) {
    new UnaryCall<>("Reload", responses, new StatusRefusals<ReloadResponse>(), failed)
        .answer(
            () -> Deeds.logged("reload the configuration", configuration.reload()),
            changes ->
                ReloadResponse.newBuilder()
                    .addAllApplied(changes.applied())
                    .addAllNeedRestart(changes.needRestart())
                    .build(),
            () -> "the configuration");
  }

  private static ScalerException unknown(String key) {
    return ScalerException.of(
        Reason.FUNCTION_NOT_FOUND, "no instances or requests of function " + key + " are known");
  }

  private CompletionStage<GetStatusResponse.Builder> status(GetStatusRequest request) {
    Optional<String> noMajority =
        request.getWithoutMajority() ? inspection.noMajority() : Optional.empty();
    if (noMajority.isPresent()) {
      List<KnownNode> known = inspection.known();
      return CompletableFuture.completedFuture(
          GetStatusResponse.newBuilder()
              .setNoMajority(noMajority.get())
              .addAllNodes(
                  known.stream().filter(each -> each.gone() == null).map(KnownNode::node).toList())
              .addAllMembers(known.stream().map(AdminService::member).toList()));
    }
    return inspection
        .membership()
        .thenCombine(cluster.reports().all(), this::status)
        .thenCombine(cluster.limits().get(), AdminService::limited);
  }

  private GetStatusResponse.Builder status(Membership members, List<NodeReport> reports) {
    PoolCounts.Builder all = PoolCounts.newBuilder();
    int functions = 0;
    for (NodeReport report : reports) {
      Sum one = report.pools();
      functions += one.pools();
      all.setIdle(all.getIdle() + one.idle())
          .setBusy(all.getBusy() + one.busy())
          .setStarting(all.getStarting() + one.starting())
          .setRetiring(all.getRetiring() + one.retiring())
          .setWaiting(all.getWaiting() + one.waiting());
    }
    return GetStatusResponse.newBuilder()
        .setNode(members.node())
        .setLeader(members.leader())
        .setEpoch(members.epoch())
        .addAllNodes(members.nodes())
        .setExpectedNodes(members.expected())
        .setSafe(members.safe() && reports.stream().allMatch(NodeReport::safe))
        .setFunctions(functions)
        .setCounts(all)
        .addAllNodeViews(reports.stream().map(AdminService::node).toList())
        .addAllHottest(hottest(reports))
        .addAllMembers(inspection.known().stream().map(AdminService::member).toList());
  }

  private static MemberView member(KnownNode of) {
    MemberView.Builder view =
        MemberView.newBuilder()
            .setNode(of.node())
            .setHost(of.whereabouts().host())
            .setGrpcPort(of.whereabouts().grpcPort())
            .setHttpPort(of.whereabouts().httpPort())
            .setClusterAddress(of.address())
            .setHeard(of.heard());
    KnownNode.Gone gone = of.gone();
    if (gone != null) {
      view.setGoneSince(time(gone.since())).setLeft(gone.left());
    }
    return view.build();
  }

  private static NodeView node(NodeReport of) {
    return NodeView.newBuilder()
        .setNode(of.node())
        .setState(of.state().name())
        .setLeads(of.leads())
        .setSafe(of.safe())
        .setBreakerOpen(of.breakerOpen())
        .setOpenCalls(of.openCalls())
        .setLaunching(of.launching())
        .setUp(Durations.toProto(of.up()))
        .setStarts(
            Starts.newBuilder()
                .setWarm(of.starts().warm())
                .setWaited(of.starts().waited())
                .setCold(of.starts().cold())
                .setFailed(of.starts().failed()))
        .setCounts(
            PoolCounts.newBuilder()
                .setIdle(of.pools().idle())
                .setBusy(of.pools().busy())
                .setStarting(of.pools().starting())
                .setRetiring(of.pools().retiring())
                .setWaiting(of.pools().waiting()))
        .build();
  }

  private static List<HotFunction> hottest(List<NodeReport> reports) {
    Map<String, Hot> sums = new HashMap<>();
    for (NodeReport report : reports) {
      report.hot().forEach(each -> sums.merge(each.key(), each, Hot::plus));
    }
    return HotFunctions.hottest(sums.values(), MOST_HOT).stream()
        .map(
            hot ->
                HotFunction.newBuilder()
                    .setKey(hot.key())
                    .setCallsPerSecond(hot.perSecond())
                    .setColdPerSecond(hot.cold())
                    .build())
        .toList();
  }

  private static GetStatusResponse.Builder limited(
      GetStatusResponse.Builder status, List<LimitUse> limits) {
    for (LimitUse each : limits) {
      LimitView.Builder view = LimitView.newBuilder().setKey(each.key()).setLimit(each.limit());
      Long inUse = each.inUse();
      if (inUse != null) {
        view.setInUse(inUse);
      }
      status.addLimits(view);
    }
    return status;
  }

  private static FunctionSummary summary(Summary of) {
    return FunctionSummary.newBuilder()
        .setKey(of.spec().key())
        .setRuntime(of.spec().runtime())
        .setMemoryMb(of.spec().memoryMb())
        .setCounts(
            PoolCounts.newBuilder()
                .setIdle(of.idle())
                .setBusy(of.busy())
                .setStarting(of.starting())
                .setRetiring(of.retiring())
                .setWaiting(of.waiting()))
        .setLastChange(time(of.lastChange()))
        .build();
  }

  private Optional<GetFunctionResponse> function(
      Optional<PoolState> pool, Optional<Demand> demand) {
    return pool.map(
        found -> {
          GetFunctionResponse.Builder response =
              GetFunctionResponse.newBuilder()
                  .setSummary(summary(counted(found)))
                  .addAllInstances(found.instances().stream().map(AdminService::instance).toList())
                  .addAllWaiters(found.waiters().stream().map(AdminService::waiter).toList())
                  .addAllColdStarts(
                      found.coldStarts().stream().map(AdminService::coldStart).toList())
                  .setPlan(plan(plans.apply(found.spec())))
                  .addAllRules(overrides.rulesFor(found.spec().key()))
                  .setAsOf(time(clock.instant()));
          inspection.owner(found.spec().key()).ifPresent(response::setOwner);
          demand.ifPresent(known -> response.setDemand(demand(known)));
          return response.build();
        });
  }

  private static Summary counted(PoolState pool) {
    int idle = in(Instance.State.IDLE, pool);
    int busy = in(Instance.State.ASSIGNED, pool);
    int retiring = in(Instance.State.RETIRING, pool);
    return new Summary(
        pool.spec(),
        idle,
        busy,
        pool.instances().size() - idle - busy - retiring,
        retiring,
        pool.waiters().size(),
        pool.lastChange());
  }

  private static int in(Instance.State state, PoolState pool) {
    return (int) pool.instances().stream().filter(each -> each.state() == state).count();
  }

  private static InstanceView instance(Instance of) {
    Hold hold = of.hold();
    return InstanceView.newBuilder()
        .setInstanceId(of.id())
        .setState(of.state().name())
        .setSince(time(of.since()))
        .setSlotId(Objects.requireNonNullElse(of.slotId(), ""))
        .setRequestId(hold == null ? "" : hold.requestId())
        .setUsed(of.used())
        .setReason(of.reason())
        .setCondemned(of.isCondemned())
        .build();
  }

  private static ColdStartView coldStart(ColdStart of) {
    return ColdStartView.newBuilder()
        .setRequestId(of.requestId())
        .setAt(time(of.at()))
        .setWaited(Durations.toProto(of.waited()))
        .setInstanceId(of.instanceId())
        .setCause(of.shortage().cause().name())
        .setWords(of.words())
        .build();
  }

  private static WaiterView waiter(Waiter of) {
    return WaiterView.newBuilder()
        .setRequestId(of.requestId())
        .setSince(time(of.since()))
        .setUntil(time(of.until()))
        .build();
  }

  private static PlanView plan(Plan of) {
    PlanView.Builder view =
        PlanView.newBuilder()
            .setWords(of.policy())
            .setKeepAlive(Durations.toProto(of.keepAlive()))
            .setMinInstances(of.minInstances())
            .setMaxInstances(of.maxInstances());
    List<Foresight.Window> windows = of.foresight().levels();
    for (int band = 0; band < windows.size(); band++) {
      Foresight.Window window = windows.get(band);
      WindowView.Builder each =
          WindowView.newBuilder()
              .setFromLevel(Levels.highest(band - 1) + 1)
              .setKeep(Durations.toProto(window.keep()));
      if (window.until().compareTo(window.from()) > 0) {
        each.setFrom(Durations.toProto(window.from())).setUntil(Durations.toProto(window.until()));
      }
      view.addWindows(each);
    }
    return view.build();
  }

  private DemandView demand(Demand of) {
    DemandView.Builder view =
        DemandView.newBuilder()
            .setArrivals(of.arrivals())
            .setPerSecond(of.ratePerSecond(clock.instant()))
            .setPeakConcurrency(of.peakConcurrency());
    Instant last = of.lastArrival();
    if (last != null) {
      view.setLastArrival(time(last));
    }
    mean(of.executions()).ifPresent(view::setMeanExecution);
    mean(of.coldStarts()).ifPresent(view::setMeanColdStart);
    if (!of.gaps().isEmpty()) {
      view.setMedianGap(Durations.toProto(of.gaps().quantile(0.5)));
    }
    return view.build();
  }

  private static Optional<com.google.protobuf.Duration> mean(LogLinearHistogram times) {
    return times.isEmpty() ? Optional.empty() : Optional.of(Durations.toProto(times.mean()));
  }

  private static Timestamp time(@Nullable Instant at) {
    return at == null
        ? Timestamp.getDefaultInstance()
        : Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
