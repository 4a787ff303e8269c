package io.scaler.adapter.hazelcast;

import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.pool.Pool;
import io.scaler.pool.PoolState;
import io.scaler.service.Inspection;
import io.scaler.service.KnownNode;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Looks into the cluster's maps. What it asks blocks, so it asks in the background. */
final class HazelcastInspection implements Inspection {
  private final IMap<String, Pool> pools;
  private final IMap<String, Demand> demand;
  private final IMap<String, FunctionSpec> functions;
  private final IMap<String, HazelcastLeadership.Leader> leadership;
  private final BiFunction<String, Long, Membership> membership;
  private final Function<String, Optional<String>> owners;
  private final RecencyMajority majority;
  private final Supplier<List<KnownNode>> known;
  private final NoMajority noMajority;
  private final Executor background;

  /**
   * @param membership by who leads and its epoch
   * @param owners by key
   */
  HazelcastInspection(
      IMap<String, Pool> pools,
      IMap<String, Demand> demand,
      IMap<String, FunctionSpec> functions,
      IMap<String, HazelcastLeadership.Leader> leadership,
      BiFunction<String, Long, Membership> membership,
      Function<String, Optional<String>> owners,
      RecencyMajority majority,
      Supplier<List<KnownNode>> known,
      NoMajority noMajority,
      Executor background) {
    this.pools = pools;
    this.demand = demand;
    this.functions = functions;
    this.leadership = leadership;
    this.membership = membership;
    this.owners = owners;
    this.majority = majority;
    this.known = known;
    this.noMajority = noMajority;
    this.background = background;
  }

  @Override
  public CompletionStage<Membership> membership() {
    return ask(
        () -> {
          HazelcastLeadership.Leader leader = leadership.get(HazelcastLeadership.LEADER);
          return leader == null
              ? membership.apply("", 0L)
              : membership.apply(leader.node(), leader.epoch());
        });
  }

  @Override
  public List<KnownNode> known() {
    return known.get();
  }

  @Override
  public Optional<String> noMajority() {
    return noMajority.why().get();
  }

  @Override
  public CompletionStage<List<Summary>> functions(String prefix) {
    return ask(
        () ->
            pools.executeOnEntries(new PoolSummary(prefix)).values().stream()
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(summary -> summary.spec().key()))
                .toList());
  }

  @Override
  public CompletionStage<List<Summary>> functions(Set<String> keys) {
    return ask(
        () ->
            keys.isEmpty()
                ? List.of()
                : pools.executeOnKeys(keys, new PoolSummary("")).values().stream()
                    .filter(Objects::nonNull)
                    .toList());
  }

  @Override
  public CompletionStage<Optional<PoolState>> pool(String functionKey) {
    return ask(() -> Optional.ofNullable(pools.get(functionKey)).map(Pool::state));
  }

  @Override
  public Optional<String> owner(String functionKey) {
    return owners.apply(functionKey);
  }

  @Override
  public CompletionStage<Optional<FunctionSpec>> function(String functionKey) {
    return ask(() -> Optional.ofNullable(functions.get(functionKey)));
  }

  @Override
  public CompletionStage<Optional<Demand>> demand(String functionKey) {
    return ask(() -> Optional.ofNullable(demand.get(functionKey)));
  }

  private <T> CompletionStage<T> ask(Supplier<T> question) {
    if (!majority.isPresent()) {
      return CompletableFuture.failedFuture(noMajority.refusal());
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return question.get();
          } catch (SplitBrainProtectionException e) {
            throw noMajority.refusal();
          }
        },
        background);
  }
}
