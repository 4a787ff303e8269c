package io.scaler.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node writes to its log, whatever callers send. */
class LogLinesTest {
  private static final String FORGED = "2026-01-01 00:00:00.000 ERROR Node: all is lost";

  private final LoggerContext context = new LoggerContext();
  private OutputStreamAppender<ILoggingEvent> out;

  @BeforeEach
  void configure() throws Exception {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogLinesTest.class.getResource("/logback.xml"));
    out =
        (OutputStreamAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("out");
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private List<String> lines(String message, Throwable failure, Object... arguments) {
    Logger logger = context.getLogger("io.scaler.service.Launching");
    byte[] written =
        out.getEncoder()
            .encode(
                new LoggingEvent(
                    LogLinesTest.class.getName(), logger, Level.WARN, message, failure, arguments));
    return new String(written, StandardCharsets.UTF_8).lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\u001b[2K\r"})
  void aKeyCannotMakeALine(String end) {
    List<String> lines = lines("function {} fails", null, "f" + end + FORGED);

    assertThat(lines)
        .singleElement()
        .asString()
        .contains(" WARN  Launching: function f ")
        .endsWith(FORGED + " fails")
        .doesNotContainPattern("[\\p{Cc}\\u2028\\u2029]");
  }

  @Test
  void aFailuresWordsCannotEitherAndItsTraceIsReadable() {
    Exception cause = new IllegalArgumentException("bad f\n" + FORGED);
    List<String> lines =
        lines("function {} fails", new IllegalStateException("on f\r\n" + FORGED, cause), "f");

    assertThat(lines).noneMatch(line -> line.startsWith(FORGED));
    assertThat(lines.get(0)).endsWith(" WARN  Launching: function f fails");
    assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: on f " + FORGED);
    assertThat(lines.get(2)).startsWith("\tat io.scaler.logging.LogLinesTest");
  }
}
