package io.scaler.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The random runs find bugs: each that is planted, soon, and by its name. */
class PlantedBugTest {
  private static final int SEEDS = 20;
  private static final int STEPS = 500;

  @ParameterizedTest
  @EnumSource
  void isCaughtByTheInvariantThatItBreaks(PlantedBug bug) {
    Invariant.Violation violation = null;
    for (long seed = 1; seed <= SEEDS && violation == null; seed++) {
      RandomCluster cluster = new RandomCluster(seed, bug);
      violation = catchThrowableOfType(Invariant.Violation.class, () -> cluster.run(STEPS));
    }
    assertThat(violation).as("%s within %d seeds", bug, SEEDS).isNotNull();
    assertThat(violation.invariant()).as(violation.getMessage()).isEqualTo(bug.broken());
    assertThat(violation).hasMessageContaining("seed ").hasMessageContaining("step ");
  }
}
