/**
 * What is known of how much a function is asked for: when requests come, how long they run, how
 * long an instance takes to start.
 *
 * <p>Nodes count into a {@link io.scaler.demand.DemandTally}, hand it on as a {@link
 * io.scaler.demand.DemandBatch} every few seconds, and the owner of the function merges batches
 * into its {@link io.scaler.demand.Demand}. Policies read the latter.
 *
 * <p>Pure: knows {@code model} and the JDK, no clock, no framework, no policy. To add a statistic:
 * a field in each of the three, and its rule in their {@code merge}.
 */
@NullMarked
package io.scaler.demand;

import org.jspecify.annotations.NullMarked;
