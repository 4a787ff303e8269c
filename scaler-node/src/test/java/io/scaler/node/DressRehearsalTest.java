package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.hazelcast.core.Hazelcast;
import io.scaler.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(120)
class DressRehearsalTest {

  @Test
  void servesCallsAndLeavesNothingBehind() throws Exception {
    int before = Hazelcast.getAllHazelcastInstances().size();

    long pairs = DressRehearsal.run(Duration.ofMillis(500), Settings.Log.Level.INFO);

    assertThat(pairs).isPositive();
    assertThat(Hazelcast.getAllHazelcastInstances()).hasSize(before);
  }

  @Test
  void isNotWorthANodesStart() {
    assertThatCode(
            () ->
                DressRehearsal.attempt(
                    () -> {
                      throw new IOException("no port is free");
                    }))
        .doesNotThrowAnyException();
    assertThatCode(
            () ->
                DressRehearsal.attempt(
                    () -> {
                      throw new IllegalStateException("they did not find each other");
                    }))
        .doesNotThrowAnyException();
  }

  @Test
  void isAllThatANodeDoesThatIsToldSo() {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new NodeCommand()).setErr(new PrintWriter(err));

    int exit = command.execute("--rehearse-only", "--set", "start.rehearsal=100ms");

    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
  }
}
