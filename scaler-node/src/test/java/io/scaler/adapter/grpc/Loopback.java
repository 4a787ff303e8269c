package io.scaler.adapter.grpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.model.ScalerException;
import io.scaler.service.FailedCalls;
import io.scaler.service.RefusalLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A server with both contracts on a free port of the loopback, and a channel to it. */
final class Loopback {
  static final CallRules RULES =
      new CallRules(Duration.ofSeconds(60), 2048, Duration.ofSeconds(30), Duration.ofSeconds(300));

  final FakeRequests requests = new FakeRequests();
  final List<String> failures = new CopyOnWriteArrayList<>();
  final GrpcServer server;
  final ManagedChannel channel;

  Loopback() throws IOException {
    this(GrpcServer.Door.OPEN);
  }

  Loopback(GrpcServer.Door door) throws IOException {
    FailedCalls failed =
        (method, failure) ->
            failures.add(
                method
                    + " "
                    + (failure instanceof ScalerException refusal ? refusal.reason() : "bug"));
    server =
        GrpcServer.start(
            listen(0),
            door,
            List.of(
                new ScalerService(requests, () -> RULES, failed, new RefusalLog(System::nanoTime)),
                new ContestScalerService(
                    requests, () -> RULES, failed, new RefusalLog(System::nanoTime))));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  static GrpcServer.Listen listen(int port) {
    return listen(port, Duration.ofMinutes(10));
  }

  static GrpcServer.Listen listen(int port, Duration maxIdle) {
    return new GrpcServer.Listen(
        "127.0.0.1",
        port,
        64 * 1024,
        Duration.ofSeconds(5),
        Duration.ofMinutes(1),
        Duration.ofSeconds(20),
        maxIdle);
  }

  public void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    server.stopNow();
  }
}
