package io.scaler.adapter.hazelcast;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.pool.PoolLimits;
import io.scaler.service.DecisionObserver;
import io.scaler.service.PoolObserver;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a node decides on the pools that it owns by.
 *
 * @param clock of the owner; callers' clocks decide nothing
 * @param plans a function's plan as this node knows it; called on Hazelcast's threads, must not
 *     block
 * @param observer told of what the pools owned here see of demand; likewise
 * @param sharesMemory whether memory is limited, so that pools may have to make room
 * @param ids draws instance ids that no node ever draws again
 * @param decisions told of what the pools owned here decide; likewise
 * @param nanoTime for elapsed time only
 */
public record PoolRules(
    InstantSource clock,
    Function<FunctionSpec, Plan> plans,
    Supplier<PoolLimits> limits,
    PoolObserver observer,
    boolean sharesMemory,
    Supplier<String> ids,
    DecisionObserver decisions,
    LongSupplier nanoTime) {}
