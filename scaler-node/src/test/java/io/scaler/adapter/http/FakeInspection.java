package io.scaler.adapter.http;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.pool.PoolState;
import io.scaler.service.Inspection;
import io.scaler.service.KnownNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Knows what it is given. */
final class FakeInspection implements Inspection {
  final Map<String, Summary> summaries = new TreeMap<>();
  final Map<String, PoolState> pools = new HashMap<>();
  final Map<String, Demand> demands = new HashMap<>();
  final List<KnownNode> known = new ArrayList<>();
  boolean hasMajority = true;
  int searches;

  @Override
  public CompletionStage<Membership> membership() {
    return answer(() -> new Membership("a", "", 0, List.of("a"), 1, true));
  }

  @Override
  public List<KnownNode> known() {
    return known;
  }

  @Override
  public Optional<String> noMajority() {
    return hasMajority ? Optional.empty() : Optional.of("this node hears from no majority");
  }

  @Override
  public CompletionStage<List<Summary>> functions(String prefix) {
    searches++;
    return answer(
        () ->
            summaries.values().stream()
                .filter(each -> each.spec().key().startsWith(prefix))
                .toList());
  }

  @Override
  public Optional<String> owner(String functionKey) {
    return Optional.of("a");
  }

  @Override
  public CompletionStage<List<Summary>> functions(Set<String> keys) {
    return answer(
        () ->
            summaries.values().stream().filter(each -> keys.contains(each.spec().key())).toList());
  }

  @Override
  public CompletionStage<Optional<PoolState>> pool(String functionKey) {
    return answer(() -> Optional.ofNullable(pools.get(functionKey)));
  }

  @Override
  public CompletionStage<Optional<FunctionSpec>> function(String functionKey) {
    return answer(() -> Optional.ofNullable(summaries.get(functionKey)).map(Summary::spec));
  }

  @Override
  public CompletionStage<Optional<Demand>> demand(String functionKey) {
    return answer(() -> Optional.ofNullable(demands.get(functionKey)));
  }

  private <T> CompletionStage<T> answer(Supplier<T> question) {
    return hasMajority
        ? CompletableFuture.supplyAsync(question, Runnable::run)
        : CompletableFuture.failedStage(
            ScalerException.of(Reason.NODE_UNAVAILABLE, noMajority().orElseThrow()));
  }
}
