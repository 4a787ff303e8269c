/** Traces in virtual time: what a policy would cost, and what the best conceivable one would. */
@NullMarked
package io.scaler.simulation;

import org.jspecify.annotations.NullMarked;
