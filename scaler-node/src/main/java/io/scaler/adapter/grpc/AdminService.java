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
import io.scaler.pool.Hold;
import io.scaler.pool.Instance;
import io.scaler.pool.PoolState;
import io.scaler.pool.Waiter;
import io.scaler.service.Configuration;
import io.scaler.service.Inspection;
import io.scaler.service.Inspection.Membership;
import io.scaler.service.Inspection.Summary;
import io.scaler.v1.DemandView;
import io.scaler.v1.FunctionSummary;
import io.scaler.v1.GetFunctionRequest;
import io.scaler.v1.GetFunctionResponse;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.InstanceView;
import io.scaler.v1.ListFunctionsRequest;
import io.scaler.v1.ListFunctionsResponse;
import io.scaler.v1.ListOverridesRequest;
import io.scaler.v1.ListOverridesResponse;
import io.scaler.v1.PlanView;
import io.scaler.v1.PoolCounts;
import io.scaler.v1.ReloadRequest;
import io.scaler.v1.ReloadResponse;
import io.scaler.v1.RemoveOverrideRequest;
import io.scaler.v1.RemoveOverrideResponse;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.SetOverrideRequest;
import io.scaler.v1.SetOverrideResponse;
import io.scaler.v1.WaiterView;
import io.scaler.v1.WindowView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code scaler.v1.ScalerAdmin}, as its .proto file says. */
public final class AdminService extends ScalerAdminGrpc.ScalerAdminImplBase {
  private final Inspection inspection;
  private final Function<FunctionSpec, Plan> plans;
  private final InstantSource clock;
  private final OverrideCalls overrides;
  private final Configuration configuration;

  /**
   * @param plans the plan that holds for a function, as far as this node knows
   */
  public AdminService(
      Inspection inspection,
      Function<FunctionSpec, Plan> plans,
      OverrideCalls overrides,
      Configuration configuration,
      InstantSource clock) {
    this.inspection = inspection;
    this.plans = plans;
    this.overrides = overrides;
    this.configuration = configuration;
    this.clock = clock;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
    new UnaryCall<>("GetStatus", responses, new StatusRefusals<GetStatusResponse>())
        .answer(
            () ->
                inspection.membership().thenCombine(inspection.functions(""), AdminService::status),
            Function.identity(),
            () -> "the cluster");
  }

  @Override
  public void listFunctions(
      ListFunctionsRequest request, StreamObserver<ListFunctionsResponse> responses) {
    new UnaryCall<>("ListFunctions", responses, new StatusRefusals<ListFunctionsResponse>())
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
    new UnaryCall<>("GetFunction", responses, new StatusRefusals<GetFunctionResponse>())
        .answer(
            () -> {
              String key = Check.id("key", request.getKey());
              return inspection.pool(key).thenCombine(inspection.demand(key), this::function);
            },
            found -> found.orElseThrow(() -> unknown(request.getKey())),
            () -> "function " + request.getKey());
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
    new UnaryCall<>("Reload", responses, new StatusRefusals<ReloadResponse>())
        .answer(
            configuration::reload,
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

  private static GetStatusResponse status(Membership members, List<Summary> functions) {
    PoolCounts.Builder all = PoolCounts.newBuilder();
    for (Summary one : functions) {
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
        .setSafe(members.safe())
        .setFunctions(functions.size())
        .setCounts(all)
        .build();
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
                  .setPlan(plan(plans.apply(found.spec())))
                  .addAllRules(overrides.rulesFor(found.spec().key()))
                  .setAsOf(time(clock.instant()));
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
