package io.scaler.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0B, 0, 0",
    "1B, 1, 1B",
    "1500B, 1500, 1500B",
    "1KB, 1024, 1KB",
    "512MB, 536870912, 512MB",
    "512 mb, 536870912, 512MB",
    "1024MB, 1073741824, 1GB",
    "2TB, 2199023255552, 2TB"
  })
  void readsAndWritesSizes(String text, long bytes, String written) {
    assertThat(Size.parse(text)).isEqualTo(new Size(bytes));
    assertThat(new Size(bytes)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "-1MB", "1.5GB", "MB", "1XB", "99999999999TB", "1MB 2MB"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> Size.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void roundsMegabytesDown() {
    assertThat(Size.parse("1025KB").megabytes()).isEqualTo(1);
  }
}
