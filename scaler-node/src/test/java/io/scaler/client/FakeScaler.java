package io.scaler.client;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Assignment;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.GetUsageResponse;
import io.scaler.v1.Outcome;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReleaseResponse;
import io.scaler.v1.ScalerGrpc;
import io.scaler.v1.StartKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Scaler with two addresses and a pool that never runs out, and a platform that bills what it is
 * told to. Calls come one after the other.
 */
final class FakeScaler implements AutoCloseable {
  /** What it does wrong. */
  enum Fault {
    NONE,
    /** Every function has one instance, whoever holds it. */
    SHARES_INSTANCES,
    /** A request's first attempt finds the node gone. */
    IS_UNAVAILABLE_ONCE,
    IS_UNAVAILABLE,
    /** A request's first attempt is throttled in the contest's contract. */
    THROTTLES_ONCE,
    REFUSES_RELEASES,
    ANSWERS_FOR_ANOTHER_REQUEST
  }

  final Set<String> assignedIds = new HashSet<>();
  final List<Integer> assignedAt = new ArrayList<>();
  final Map<String, Integer> addressOfAssign = new HashMap<>();
  final List<ReleaseRequest> releases = new ArrayList<>();
  int releasedWhereAssigned;
  double slotGbSeconds = 100;
  double slotGbSecondsPerRequest;

  private final Fault fault;
  private final Set<String> triedIds = new HashSet<>();
  private final Map<String, Deque<String>> idle = new HashMap<>();
  private final List<Server> servers = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private int instances;

  FakeScaler(Fault fault) throws IOException {
    this.fault = fault;
    for (int address = 0; address < 2; address++) {
      servers.add(
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .directExecutor()
              .addService(new V1(address))
              .addService(new Contest())
              .addService(new Billing())
              .build()
              .start());
      ports.add(servers.get(address).getPort());
    }
  }

  String address(int place) {
    return "127.0.0.1:" + ports.get(place);
  }

  String addresses() {
    return address(0) + "," + address(1);
  }

  /** Nobody listens on that address any more. */
  void close(int place) {
    servers.get(place).shutdownNow();
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
  }

  private synchronized Assignment assign(String requestId, String key, int address) {
    if (fault == Fault.IS_UNAVAILABLE
        || (fault == Fault.IS_UNAVAILABLE_ONCE && triedIds.add(requestId))) {
      throw error(Status.Code.UNAVAILABLE, "NODE_UNAVAILABLE");
    }
    assignedIds.add(requestId);
    assignedAt.add(address);
    addressOfAssign.put(requestId, address);
    slotGbSeconds += slotGbSecondsPerRequest;
    var reply =
        Assignment.newBuilder()
            .setFunctionKey(key)
            .setRequestId(fault == Fault.ANSWERS_FOR_ANOTHER_REQUEST ? "another" : requestId);
    if (fault == Fault.SHARES_INSTANCES) {
      return reply.setInstanceId("shared-" + key).setStartKind(StartKind.WARM).build();
    }
    String warm = idle.computeIfAbsent(key, k -> new ArrayDeque<>()).pollLast();
    return warm != null
        ? reply.setInstanceId(warm).setStartKind(StartKind.WARM).build()
        : reply.setInstanceId("i-" + ++instances).setStartKind(StartKind.COLD).build();
  }

  private synchronized void release(ReleaseRequest request, int address) {
    if (fault == Fault.REFUSES_RELEASES) {
      throw error(Status.Code.FAILED_PRECONDITION, "NOT_HOLDER");
    }
    releases.add(request);
    Assignment assignment = request.getAssignment();
    if (addressOfAssign.get(assignment.getRequestId()) == address) {
      releasedWhereAssigned++;
    }
    if (request.getOutcome() == Outcome.OK) {
      idle.computeIfAbsent(assignment.getFunctionKey(), k -> new ArrayDeque<>())
          .add(assignment.getInstanceId());
    }
  }

  private static StatusRuntimeException error(Status.Code code, String reason) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage("the fake was told to")
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setReason(reason).setDomain("scaler.io").build()))
            .build());
  }

  private static <T> void reply(StreamObserver<T> observer, T reply) {
    observer.onNext(reply);
    observer.onCompleted();
  }

  private final class V1 extends ScalerGrpc.ScalerImplBase {
    private final int address;

    V1(int address) {
      this.address = address;
    }

    @Override
    public void assign(AssignRequest request, StreamObserver<AssignResponse> observer) {
      try {
        reply(
            observer,
            AssignResponse.newBuilder()
                .setAssignment(
                    FakeScaler.this.assign(
                        request.getRequestId(), request.getFunction().getKey(), address))
                .build());
      } catch (StatusRuntimeException e) {
        observer.onError(e);
      }
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {
      try {
        FakeScaler.this.release(request, address);
        reply(observer, ReleaseResponse.getDefaultInstance());
      } catch (StatusRuntimeException e) {
        observer.onError(e);
      }
    }
  }

  private final class Contest extends serverless.simulator.ScalerGrpc.ScalerImplBase {
    @Override
    public void assign(
        serverless.simulator.AssignRequest request,
        StreamObserver<serverless.simulator.AssignReply> observer) {
      var reply = serverless.simulator.AssignReply.newBuilder();
      synchronized (FakeScaler.this) {
        if (fault == Fault.THROTTLES_ONCE && triedIds.add(request.getRequestId())) {
          reply(observer, reply.setStatus(serverless.simulator.Status.Throttle).build());
          return;
        }
      }
      Assignment assignment =
          FakeScaler.this.assign(request.getRequestId(), request.getMetaData().getKey(), 0);
      reply(
          observer,
          reply
              .setAssigment(
                  serverless.simulator.Assignment.newBuilder()
                      .setRequestId(assignment.getRequestId())
                      .setMetaKey(assignment.getFunctionKey())
                      .setInstanceId(assignment.getInstanceId()))
              .build());
    }

    @Override
    public void idle(
        serverless.simulator.IdleRequest request,
        StreamObserver<serverless.simulator.IdleReply> observer) {
      var reply = serverless.simulator.IdleReply.newBuilder();
      if (fault == Fault.REFUSES_RELEASES) {
        reply.setStatus(serverless.simulator.Status.InvalidAssigment).setErrorMessage("told to");
      }
      reply(observer, reply.build());
    }
  }

  private final class Billing extends PlatformGrpc.PlatformImplBase {
    @Override
    public void getUsage(GetUsageRequest request, StreamObserver<GetUsageResponse> observer) {
      synchronized (FakeScaler.this) {
        reply(observer, GetUsageResponse.newBuilder().setSlotGbSeconds(slotGbSeconds).build());
      }
    }
  }
}
