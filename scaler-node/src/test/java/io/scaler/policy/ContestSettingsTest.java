package io.scaler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContestSettingsTest {

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          maxIdle           | -1     | policy.contest.max-idle: must be 0 or more, is -1
          largeMemoryMb     | 0      | policy.contest.large-memory-mb: must be 1 or more, is 0
          largeMaxIdle      | -1     | policy.contest.large-max-idle: must be 0 or more, is -1
          launchAhead       | -2     | policy.contest.launch-ahead: must be 0 or more, is -2
          spareInterval     | PT-1S  | policy.contest.spare-interval: must be between PT0S and PT87600H, is PT-1S
          sparesKept        | -1     | policy.contest.spares-kept: must be 0 or more, is -1
          executionRatio    | 0.5    | policy.contest.execution-ratio: must be 1.0 or more, is 0.5
          executionRatio    | NaN    | policy.contest.execution-ratio: must be 1.0 or more, is NaN
          executionKeepAlive | PT-1S | policy.contest.execution-keep-alive: must be between PT0S and PT87600H, is PT-1S
          classifyAfter     | PT-1S  | policy.contest.classify-after: must be between PT0S and PT87600H, is PT-1S
          sparseConcurrency | 0      | policy.contest.sparse-concurrency: must be 1 or more, is 0
          sparseInterval    | PT0S   | policy.contest.sparse-interval: must be between PT0.001S and PT87600H, is PT0S
          sparseKeepAlive   | PT-1S  | policy.contest.sparse-keep-alive: must be between PT0S and PT87600H, is PT-1S
          denseInterval     | PT0S   | policy.contest.dense-interval: must be between PT0.001S and PT87600H, is PT0S
          denseMemoryMb     | 0      | policy.contest.dense-memory-mb: must be 1 or more, is 0
          denseKeepAlive    | PT-1S  | policy.contest.dense-keep-alive: must be between PT0S and PT87600H, is PT-1S
          keepAlive         | PT87601H | policy.contest.keep-alive: must be between PT0S and PT87600H, is PT87601H
          """)
  void namesTheKeyAndTheRuleThatItBreaks(String component, String value, String message) {
    assertThatThrownBy(() -> defaultsWith(component, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void fixedKeepAliveIsCheckedToo() {
    assertThatThrownBy(() -> new FixedSettings(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("policy.fixed.keep-alive: must be between PT0S and PT87600H, is PT-1S");
    assertThat(FixedSettings.DEFAULT.keepAlive()).isEqualTo(Duration.ofMinutes(10));
  }

  private static ContestSettings defaultsWith(String component, String value) throws Throwable {
    RecordComponent[] components = ContestSettings.class.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] =
          components[i].getName().equals(component)
              ? parse(components[i].getType(), value)
              : components[i].getAccessor().invoke(ContestSettings.DEFAULT);
    }
    try {
      return ContestSettings.class
          .getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(values);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }

  private static Object parse(Class<?> type, String value) {
    if (type == int.class) {
      return Integer.valueOf(value);
    }
    if (type == long.class) {
      return Long.valueOf(value);
    }
    return type == double.class ? Double.valueOf(value) : Duration.parse(value);
  }
}
