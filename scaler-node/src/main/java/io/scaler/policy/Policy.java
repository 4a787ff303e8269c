package io.scaler.policy;

import io.scaler.demand.Demand;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides what is kept and launched for a function. The same arguments give the same plan. */
public interface Policy {

  /** What it is called in the configuration. */
  String name();

  /**
   * The plan for one function.
   *
   * @param demand null if nothing is known of it
   * @param fleet what is known of all functions together
   * @param now the present, by the clock of whoever asks
   */
  Plan plan(FunctionSpec function, @Nullable Demand demand, Fleet fleet, Instant now);
}
