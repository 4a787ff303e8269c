/**
 * A cluster in containers, as it is deployed, and what becomes of its callers when it is disturbed.
 *
 * <p>One more disturbance is a method of {@link io.scaler.it.container.ContainerCluster}, and a
 * test of it in {@link io.scaler.it.container.DisturbedClusterIT}.
 */
package io.scaler.it.container;
