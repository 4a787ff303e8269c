package io.scaler.adapter.platform;

import static io.scaler.adapter.platform.Outcome.refusal;
import static io.scaler.adapter.platform.Outcome.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcPlatformTest extends FencedPlatformContractTest {
  private PlatformServer server;

  @Override
  Platform around(SimulatedPlatform innermost) throws IOException {
    server = PlatformServer.of(innermost);
    return new GrpcPlatform(server.channel, CallTimeouts.DEFAULT);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tellsTheUsage() {
    created("i-1");
    timer.advance(Duration.ofSeconds(2).minus(CREATE));
    assertThat(value(((GrpcPlatform) platform).usage())).isEqualTo(new Usage(1.0, 1, 0, 1, 512));
  }

  @Test
  void certainlyDidNothingWhereNobodyListens() throws IOException {
    int port = server.port();
    server.close();
    ManagedChannel channel =
        PlatformChannel.to(
            "127.0.0.1:" + port, InsecureChannelCredentials.create(), () -> null, Runnable::run);
    try {
      Platform nobody = new GrpcPlatform(channel, CallTimeouts.DEFAULT);
      PlatformException refusal = refusal(nobody.createSlot("i-1", 512));
      assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(refusal.mayHaveHappened()).isFalse();
      assertThat(refusal.retryAfter()).isNull();
    } finally {
      channel.shutdownNow();
    }
  }

  /** As of a machine that is gone: none of its packets comes, not even one that refuses. */
  @Test
  void certainlyDidNothingWhereNobodyAnswersTheConnection() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    List<SocketChannel> full = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, here)) {
      for (int i = 0; i < 20; i++) {
        SocketChannel waiting = SocketChannel.open();
        waiting.configureBlocking(false);
        waiting.connect(deaf.getLocalSocketAddress());
        full.add(waiting);
      }
      ManagedChannel channel =
          PlatformChannel.to(
              here.getHostAddress() + ":" + deaf.getLocalPort(),
              InsecureChannelCredentials.create(),
              () -> null,
              Runnable::run);
      try {
        Platform deafOne = new GrpcPlatform(channel, CallTimeouts.DEFAULT);
        PlatformException refusal = refusal(deafOne.createSlot("i-1", 512));
        assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(refusal.mayHaveHappened()).isFalse();
      } finally {
        channel.shutdownNow();
      }
    } finally {
      for (SocketChannel waiting : full) {
        waiting.close();
      }
    }
  }

  @Test
  void mayHaveDoneWhatItDidNotAnswerInTime() {
    CallTimeouts hasty =
        new CallTimeouts(
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            Duration.ofMillis(20));
    PlatformException refusal =
        refusal(new GrpcPlatform(server.channel, hasty).createSlot("i-1", 512));
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.mayHaveHappened()).isTrue();
  }

  @Test
  void mayHaveDoneWhatTheConnectionWasLostIn() {
    CompletionStage<String> creation = platform.createSlot("i-1", 512);
    after(Duration.ZERO, creation);
    server.stop();
    PlatformException refusal = refusal(creation);
    assertThat(refusal.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(refusal.mayHaveHappened()).isTrue();
  }

  @Test
  void reachesAPlatformThatCameBackWithoutALongPause() throws IOException {
    int port = server.port();
    value(platform.listSlots());
    server.stop();
    await().until(() -> server.isStopped());
    for (int i = 0; i < 20; i++) {
      assertThat(refusal(platform.listSlots()).kind()).isEqualTo(Kind.UNAVAILABLE);
    }
    try (PlatformServer again = PlatformServer.at(port, simulated)) {
      int refused = 0;
      // Each refused call has the connection tried again; without that, it would be in a second.
      while (failed(platform.listSlots())) {
        refused++;
        assertThat(refused).as("calls refused by port %d", again.port()).isLessThan(50);
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }

  private static boolean failed(CompletionStage<?> call) {
    return call.toCompletableFuture().handle((reply, failure) -> failure != null).join();
  }

  @Test
  void outlivesTheCallThatCausedIt() {
    AtomicReference<CompletionStage<String>> creation = new AtomicReference<>();
    Context.CancellableContext served = Context.current().withCancellation();
    served.run(() -> creation.set(platform.createSlot("i-1", 512)));
    served.cancel(null);
    assertThat(value(after(CREATE, creation.get()))).isNotEmpty();
  }
}
