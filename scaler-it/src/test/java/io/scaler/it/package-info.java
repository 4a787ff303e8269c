/**
 * Real nodes in processes of their own, over loopback, with a platform in another: what one process
 * cannot show. {@link io.scaler.it.LocalCluster} starts and kills them; a new scenario is a test
 * class that asks it for a cluster. Nothing here sleeps: it awaits conditions.
 */
package io.scaler.it;
