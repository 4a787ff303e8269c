package io.scaler.client;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/** A Scaler of both contracts that answers at once, with an instance nobody has had before. */
final class Echo implements AutoCloseable {
  private static final long LEASE_SECONDS = 60;

  private final Server server;
  private final AtomicLong instances = new AtomicLong();

  /**
   * Begins to listen.
   *
   * @param port 0 for any that is free
   * @throws IOException if it cannot listen there
   */
  Echo(String host, int port) throws IOException {
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
            .directExecutor()
            .addService(new V1())
            .addService(new Contest())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  void awaitClose() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private String nextInstance() {
    return "echo-" + instances.incrementAndGet();
  }

  private static <T> void reply(StreamObserver<T> observer, T reply) {
    observer.onNext(reply);
    observer.onCompleted();
  }

  private final class V1 extends io.scaler.v1.ScalerGrpc.ScalerImplBase {
    private final io.scaler.v1.Lease lease =
        io.scaler.v1.Lease.newBuilder()
            .setToken(1)
            .setRemaining(com.google.protobuf.Duration.newBuilder().setSeconds(LEASE_SECONDS))
            .build();

    @Override
    public void assign(
        io.scaler.v1.AssignRequest request, StreamObserver<io.scaler.v1.AssignResponse> observer) {
      reply(
          observer,
          io.scaler.v1.AssignResponse.newBuilder()
              .setAssignment(
                  io.scaler.v1.Assignment.newBuilder()
                      .setInstanceId(nextInstance())
                      .setRequestId(request.getRequestId())
                      .setFunctionKey(request.getFunction().getKey())
                      .setLease(lease)
                      .setStartKind(io.scaler.v1.StartKind.WARM))
              .build());
    }

    @Override
    public void release(
        io.scaler.v1.ReleaseRequest request,
        StreamObserver<io.scaler.v1.ReleaseResponse> observer) {
      reply(observer, io.scaler.v1.ReleaseResponse.getDefaultInstance());
    }

    @Override
    public void renew(
        io.scaler.v1.RenewRequest request, StreamObserver<io.scaler.v1.RenewResponse> observer) {
      reply(observer, io.scaler.v1.RenewResponse.newBuilder().setLease(lease).build());
    }
  }

  private final class Contest extends serverless.simulator.ScalerGrpc.ScalerImplBase {
    @Override
    public void assign(
        serverless.simulator.AssignRequest request,
        StreamObserver<serverless.simulator.AssignReply> observer) {
      reply(
          observer,
          serverless.simulator.AssignReply.newBuilder()
              .setAssigment(
                  serverless.simulator.Assignment.newBuilder()
                      .setRequestId(request.getRequestId())
                      .setMetaKey(request.getMetaData().getKey())
                      .setInstanceId(nextInstance()))
              .build());
    }

    @Override
    public void idle(
        serverless.simulator.IdleRequest request,
        StreamObserver<serverless.simulator.IdleReply> observer) {
      reply(observer, serverless.simulator.IdleReply.getDefaultInstance());
    }
  }
}
