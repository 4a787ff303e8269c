package io.scaler.adapter.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token lea|token lea",
        "token größer|token größer",
        "'a\nb'|a\\u000ab",
        "'a\u001b[2Kb'|a\\u001b[2Kb",
        "'a\u2028b\u202Ec'|a\\u2028b\\u202ec"
      })
  void whatIsNotVisibleInANameIsEscaped(String name, String told) {
    assertThat(new Caller(name, Set.of()).name()).isEqualTo(told);
  }
}
