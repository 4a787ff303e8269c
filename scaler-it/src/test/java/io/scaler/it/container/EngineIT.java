package io.scaler.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests that need an engine are not to be skipped unseen where one is required. */
@Tag("containers")
class EngineIT {
  @Test
  void thereIsAnEngineWhereOneIsRequired() {
    Assumptions.assumeTrue(Engine.isRequired(), "no engine is required here");
    assertThat(Engine.isThere()).isTrue();
  }

  @Test
  void anImageThatNobodyMadeIsNotThere() {
    assertThat(Engine.has("scaler-nobody-made-this:ever")).isFalse();
  }
}
