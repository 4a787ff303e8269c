package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.config.Settings;
import io.scaler.config.SettingsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReloadingTest {
  private int calls = 1;
  private boolean fails;
  private final List<Integer> applied = new ArrayList<>();
  private final Reloading reloading =
      new Reloading(source(), settings(1), this::apply, Runnable::run);

  private SettingsSource source() {
    return new SettingsSource() {
      @Override
      public Settings load() {
        return settings(calls);
      }

      @Override
      public Optional<Path> file() {
        return Optional.empty();
      }
    };
  }

  private static Settings settings(int calls) {
    try {
      return Settings.load(null, Map.of(), List.of("limits.calls=" + calls));
    } catch (SettingsException e) {
      throw new AssertionError(e.problems().toString(), e);
    }
  }

  private void apply(Settings settings) {
    applied.add(settings.limits().calls());
    if (fails) {
      throw new IllegalStateException("in the middle");
    }
  }

  @Test
  void appliesOnlyWhatChanged() throws SettingsException {
    assertThat(reloading.now().applied()).isEmpty();
    calls = 2;
    assertThat(reloading.now().applied()).containsExactly("limits.calls");
    assertThat(reloading.now().applied()).isEmpty();

    assertThat(applied).containsExactly(2);
  }

  @Test
  void whatWasAppliedInPartIsAppliedAgainEvenIfTheConfigurationIsWhatItWasBefore()
      throws SettingsException {
    calls = 2;
    fails = true;
    assertThatThrownBy(reloading::now).hasMessage("in the middle");
    assertThatThrownBy(reloading::now).hasMessage("in the middle");
    calls = 1;
    fails = false;

    reloading.now();
    reloading.now();

    assertThat(applied).containsExactly(2, 2, 1);
  }
}
