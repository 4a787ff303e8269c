package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OptionFormsTest {
  @ParameterizedTest
  @CsvSource({
    "0ms, PT0S",
    "250ms, PT0.25S",
    "1.5s, PT1.5S",
    "2m, PT2M",
    "1h, PT1H",
    "8784h, P366D",
  })
  void readsATime(String text, Duration duration) {
    assertThat(new TimeSpan().convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-1s", "1 s", "1d", "PT1S", "1.s", "9000h", "999999999h"})
  void refusesWhatIsNoTime(String text) {
    assertThatThrownBy(() -> new TimeSpan().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("must be");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:9001, localhost, 9001",
    "10.0.0.1:1, 10.0.0.1, 1",
    "[::1]:65535, [::1], 65535"
  })
  void readsAnAddress(String text, String host, int port) {
    assertThat(Address.parse(text)).isEqualTo(new Address(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", ":1", "host:", "host:x", "host:0", "host:65536", "::1:5"})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesATargetAfterItsAddressesUnlessItHasAName() {
    assertThat(LoadTarget.parse("three=a:1+b:2").name()).isEqualTo("three");
    assertThat(LoadTarget.parse("three=a:1+b:2").addresses())
        .containsExactly(new Address("a", 1), new Address("b", 2));
    assertThat(LoadTarget.parse("a:1+b:2").name()).isEqualTo("a:1+b:2");
  }
}
