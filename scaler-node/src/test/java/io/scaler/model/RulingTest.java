package io.scaler.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulingTest {
  private static final FunctionSpec F = new FunctionSpec("f", "java", 128, Duration.ofMinutes(1));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''  | fixed | -1 | -1 | -1 | functions: must have 1 to 256 characters, has 0
          a*b | fixed | -1 | -1 | -1 | functions: must have a * at its end or none, is a*b
          f   | ''    | -1 | -1 | -1 | override: must have a policy, min_instances, max_instances, provisioned or windows, has none
          f   | ''    | -2 | -1 | -1 | min_instances: must be between -1 and 1000000, is -2
          f   | ''    | -1 | 0  | -1 | max_instances: must be between 1 and 1000000, is 0
          f   | ''    | 5  | 3  | -1 | max_instances: must be at least min_instances, 5, is 3
          f   | ''    | -1 | -1 | 1000001 | provisioned: must be between -1 and 1000000, is 1000001
          f*  | ''    | -1 | -1 | 1  | provisioned: must be for one function, is for f*; min_instances may be for many
          g   | ''    | -1 | -1 | 1  | function: must say what to launch for the provisioned instances of g
          """)
  void whatBreaksARuleIsRefusedByName(
      String functions, String policy, int min, int max, int provisioned, String message) {
    assertThatThrownBy(() -> new Ruling(functions, policy, min, max, provisioned, F))
        .isInstanceOfSatisfying(
            ScalerException.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.INVALID_FIELD))
        .hasMessage(message);
  }

  @Test
  void oneFunctionComesBeforeManyAndFewerBeforeMore() {
    List<String> sorted =
        Stream.of("*", "a*", "z", "abc*", "b")
            .map(functions -> new Ruling(functions, "none", -1, -1, -1, null))
            .sorted(Ruling.MOST_SPECIAL_FIRST)
            .map(Ruling::functions)
            .toList();

    assertThat(sorted).containsExactly("b", "z", "abc*", "a*", "*");
  }

  @ParameterizedTest
  @CsvSource({"f, f, true", "f, ff, false", "f*, f, true", "f*, ff, true", "f*, g, false"})
  void namesAKeyOrTheBeginningOfKeys(String functions, String key, boolean isNamed) {
    assertThat(Ruling.names(functions, key)).isEqualTo(isNamed);
  }
}
