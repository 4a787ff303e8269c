package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(60)
class EchoCommandTest {
  @Test
  void answersUntilItIsStopped() throws Exception {
    var out = new StringWriter();
    var exitCode = new CompletableFuture<Integer>();
    var command =
        new Thread(
            () ->
                exitCode.complete(
                    new CommandLine(new EchoCommand())
                        .setOut(new PrintWriter(out))
                        .execute("--port", "0")));
    command.start();
    await().until(() -> out.toString().contains("\n"));
    String address = out.toString().strip().replaceAll(".* ", "");

    CommandRun run =
        CommandRun.of(
            new ReplayCommand(), "--target", address, "--limit-time", "1s", "--speed", "10");

    assertThat(run.exitCode()).as(run.err()).isZero();
    command.interrupt();
    assertThat(exitCode.get()).isZero();
  }

  @Test
  void refusesAPortThatIsNone() {
    CommandRun run = CommandRun.of(new EchoCommand(), "--port", "65536");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--port: must be from 0 to 65535, is 65536");
  }
}
