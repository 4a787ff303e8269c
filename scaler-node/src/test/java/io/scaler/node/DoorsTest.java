package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.adapter.metrics.NodeMetrics;
import io.scaler.logging.Logged;
import io.scaler.service.Admission.Admitted;
import io.scaler.service.Credentials;
import io.scaler.service.Denial;
import io.scaler.service.Gate;
import io.scaler.service.RefusalLog;
import io.scaler.service.Right;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorsTest {
  private static final String OLD = "- {name: old, role: caller, token: old-0123456789abc}";
  private static final String NEW = "- {name: new, role: caller, token: new-0123456789abc}";

  @TempDir private Path folder;
  private final NodeMetrics metrics = new NodeMetrics(() -> 0);
  private Path tokens;
  private Doors doors;
  private Gate gate;

  @BeforeEach
  void open() throws Exception {
    tokens = Files.writeString(folder.resolve("tokens.yaml"), OLD);
    doors =
        Doors.open(
            LocalNodes.settings("access.tokens=" + tokens), metrics, () -> Instant.EPOCH, () -> 0);
    gate = doors.grpc().gate();
  }

  @AfterEach
  void close() {
    metrics.close();
  }

  private void passes(int many) {
    for (int i = 0; i < many; i++) {
      doors.run();
    }
  }

  private boolean letsIn(String token) {
    return gate.admit(new Credentials("Bearer " + token, List.of(), "10.0.0.7"), Right.ASSIGN)
        instanceof Admitted;
  }

  private String broken() {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith("scaler_access_files_broken "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFileThatIsBrokenIsCountedUntilItIsMended() throws Exception {
    assertThat(broken()).endsWith(" 0.0");

    Files.writeString(tokens, "- {name: new");
    passes(3);
    assertThat(broken()).endsWith(" 1.0");
    assertThat(letsIn("old-0123456789abc")).isTrue();

    Files.writeString(tokens, NEW);
    passes(2);
    assertThat(broken()).endsWith(" 0.0");
    assertThat(letsIn("old-0123456789abc")).isFalse();
    assertThat(letsIn("new-0123456789abc")).isTrue();
  }

  @Test
  void saysThatAFileWasReadAgainWhenItHasChangedAndOnlyThen() throws Exception {
    try (Logged logged = Logged.of(Doors.LOGGER)) {
      passes(5);
      assertThat(logged.lines()).isEmpty();

      Files.writeString(tokens, NEW);
      passes(5);

      assertThat(logged.lines())
          .containsExactly("INFO the tokens (%s): read again".formatted(tokens));
    }
  }

  @Test
  void saysWhoIsRefusedAtEitherPort() {
    try (Logged logged = Logged.of(RefusalLog.class)) {
      letsIn("unknown-0123456789");
      letsIn("unknown-0123456789");
      doors.http().gate().admit(new Credentials(null, List.of(), "10.0.0.8"), Right.VIEW);
      doors.grpc().refused().accept(Denial.MESSAGE_TOO_LARGE);
      doors.grpc().refused().accept(Denial.TOO_MANY_CONNECTIONS);

      assertThat(logged.lines())
          .containsExactly(
              "WARN refused (gRPC, bad_token): from 10.0.0.7, to assign: the token is not known",
              "WARN refused (HTTP, no_credentials): from 10.0.0.8, to look: a token is needed; show"
                  + " one as 'authorization: Bearer TOKEN'",
              "INFO refused (gRPC, message_too_large): a request is larger than grpc.max-message",
              "INFO refused (gRPC, too_many_connections): there are grpc.max-connections already");
    }
  }

  @Test
  void aFileThatIsPutBackAsItWasIsBrokenNoMore() throws Exception {
    Files.delete(tokens);
    passes(2);
    assertThat(broken()).endsWith(" 1.0");

    Files.writeString(tokens, OLD);
    passes(2);

    assertThat(broken()).endsWith(" 0.0");
  }
}
