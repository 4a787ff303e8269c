/**
 * What is kept and launched for a function, decided from its demand: policies turn a {@link
 * io.scaler.demand.Demand} into a {@link io.scaler.model.Plan}.
 *
 * <p>Pure: knows {@code model}, {@code demand} and the JDK; no clock (instants are arguments), no
 * pool, no framework. To add a policy: a class that implements {@link io.scaler.policy.Policy}, a
 * record of its settings that checks itself, a component for it in {@link
 * io.scaler.policy.PolicySettings}, and a line in {@link io.scaler.policy.Policies}.
 */
@NullMarked
package io.scaler.policy;

import org.jspecify.annotations.NullMarked;
