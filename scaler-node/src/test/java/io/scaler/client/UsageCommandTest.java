package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.GetUsageResponse;
import io.scaler.v1.PlatformGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UsageCommandTest {
  private final Billing platform = new Billing();
  private Server server;

  @BeforeEach
  void start() throws Exception {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(platform)
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Test
  void saysWhatThePlatformHasUsed() {
    platform.usage =
        GetUsageResponse.newBuilder()
            .setSlotsCreated(1_234_567)
            .setSlotsDestroyed(1_234_500)
            .setSlotsRunning(67)
            .setRunningMb(8_576)
            .setSlotGbSeconds(10_203.456)
            .build();

    CommandRun run = CommandRun.of(new UsageCommand(), "--platform", address());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.cell("slots created")).isEqualTo("1,234,567");
    assertThat(run.cell("slots destroyed")).isEqualTo("1,234,500");
    assertThat(run.cell("slots running")).isEqualTo("67");
    assertThat(run.cell("memory of these")).isEqualTo("8,576 MB");
    assertThat(run.cell("used so far")).isEqualTo("10,203.5 GB*s");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void writesNumbersAlikeInEveryLocale() {
    platform.usage = GetUsageResponse.newBuilder().setSlotGbSeconds(1_000.5).build();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      CommandRun run = CommandRun.of(new UsageCommand(), "--platform", address());
      assertThat(run.cell("used so far")).isEqualTo("1,000.5 GB*s");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aPlatformThatHasUsedNothingSaysSo() {
    platform.usage = GetUsageResponse.getDefaultInstance();

    CommandRun run = CommandRun.of(new UsageCommand(), "--platform", address());

    assertThat(run.exitCode()).isZero();
    assertThat(run.cell("slots created")).isEqualTo("0");
    assertThat(run.cell("used so far")).isEqualTo("0.0 GB*s");
  }

  @Test
  void namesThePlatformThatRefuses() {
    CommandRun run = CommandRun.of(new UsageCommand(), "--platform", address());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("platform %s: not today%n".formatted(address()));
    assertThat(run.out()).isEmpty();
  }

  @Test
  void namesThePlatformThatDoesNotAnswer() throws Exception {
    String address = address();
    server.shutdownNow().awaitTermination();

    CommandRun run = CommandRun.of(new UsageCommand(), "--platform", address);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "platform %s: nothing listens there (connection refused)%n  try: ".formatted(address))
        .contains("--platform");
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000"})
  void refusesWhatIsNoAddress(String text) {
    CommandRun run = CommandRun.of(new UsageCommand(), "--platform", text);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--platform: ").contains("Usage: usage");
  }

  /** Refuses until it has something to answer with. */
  private static final class Billing extends PlatformGrpc.PlatformImplBase {
    volatile @Nullable GetUsageResponse usage;

    @Override
    public void getUsage(GetUsageRequest request, StreamObserver<GetUsageResponse> responses) {
      GetUsageResponse answer = usage;
      if (answer == null) {
        responses.onError(
            Status.RESOURCE_EXHAUSTED.withDescription("not today").asRuntimeException());
      } else {
        responses.onNext(answer);
        responses.onCompleted();
      }
    }
  }
}
