package io.scaler.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FunctionRegisterTest {
  private static final FunctionSpec FUNCTION =
      new FunctionSpec("f", "java17", 512, Duration.ofMinutes(1));
  private static final FunctionSpec LARGER =
      new FunctionSpec("f", "java17", 1_024, Duration.ofMinutes(1));

  private final FakeCatalog<FunctionSpec> functions = new FakeCatalog<>();
  private final Told told = new Told();
  private Instant now = Instant.EPOCH;
  private final FunctionRegister register =
      new FunctionRegister(functions, told, () -> now, Duration.ofHours(1));

  @Test
  void notesAFunctionWhenItIsFirstAskedFor() {
    register.arrived(FUNCTION);
    register.arrived(FUNCTION);

    assertThat(functions.values).containsOnly(entry(FUNCTION));
    assertThat(functions.puts).isEqualTo(1);
  }

  @Test
  void notesAFunctionAnewWhoseSpecChanged() {
    register.arrived(FUNCTION);
    register.arrived(LARGER);
    assertThat(functions.values).containsOnly(entry(LARGER));

    register.arrived(FUNCTION);
    assertThat(functions.values).containsOnly(entry(FUNCTION));
    assertThat(functions.puts).isEqualTo(3);
  }

  @Test
  void notesAFunctionAgainNowAndThenLestItBeForgotten() {
    register.arrived(FUNCTION);
    now = now.plus(Duration.ofMinutes(59));
    register.arrived(FUNCTION);
    assertThat(functions.puts).isEqualTo(1);

    now = now.plus(Duration.ofMinutes(1));
    register.arrived(FUNCTION);
    assertThat(functions.puts).isEqualTo(2);
  }

  @Test
  void notesEachFunctionUnderItsOwnKey() {
    FunctionSpec other = new FunctionSpec("g", "go", 128, Duration.ofSeconds(3));
    register.arrived(FUNCTION);
    register.arrived(other);

    assertThat(functions.values).containsOnly(entry(FUNCTION), entry(other));
  }

  @Test
  void notesAtTheNextRequestWhatCouldNotBeNoted() {
    functions.failing = true;
    register.arrived(FUNCTION);
    assertThat(functions.values).isEmpty();

    functions.failing = false;
    register.arrived(FUNCTION);
    register.arrived(FUNCTION);
    assertThat(functions.values).containsOnly(entry(FUNCTION));
    assertThat(functions.puts).isEqualTo(1);
  }

  @Test
  void tellsTheNextObserverOfEverythingEvenWhenNothingCouldBeNoted() {
    functions.failing = true;
    register.arrived(FUNCTION);
    register.arrived(FUNCTION);
    register.executed("f", Duration.ofMillis(5));

    assertThat(told.of).containsExactly("arrived f", "arrived f", "executed f PT0.005S");
  }

  private static Map.Entry<String, FunctionSpec> entry(FunctionSpec function) {
    return Map.entry(function.key(), function);
  }

  private static final class Told implements DemandObserver {
    final List<String> of = new ArrayList<>();

    @Override
    public void arrived(FunctionSpec function) {
      of.add("arrived " + function.key());
    }

    @Override
    public void executed(String functionKey, Duration took) {
      of.add("executed " + functionKey + " " + took);
    }
  }
}
