package io.scaler.pool;

import io.scaler.model.Plan;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * The circumstances under which a pool's owner decides.
 *
 * @param now the owner's clock
 * @param node who sent the command and will do what the events call for
 * @param plan the function's plan, as the owner knows it
 * @param limits the cluster's rules
 * @param ids draws an instance id that was never used before
 */
public record Terms(Instant now, String node, Plan plan, PoolLimits limits, Supplier<String> ids) {}
