package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Durations;
import com.google.rpc.RetryInfo;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers that ask for too much: they are told so, and nobody else suffers from it. */
@Timeout(120)
class FloodTest extends SecuredNode {
  private static final int CALLS_MEASURED = 90;
  private static final int MOST_TIMES_SLOWER = 20;

  @Test
  void oneThatFloodsIsToldWhenToComeAgain() throws Exception {
    double before = refusals("too_many_calls");
    ScalerGrpc.ScalerFutureStub flooding = ScalerGrpc.newFutureStub(as(FLOOD));
    AssignRequest same = request();
    List<Future<?>> flood = new ArrayList<>();
    for (int i = 0; i < 5 * CALLS_PER_SECOND; i++) {
      flood.add(flooding.assign(same));
    }

    List<StatusRuntimeException> refused = new ArrayList<>();
    for (Future<?> call : flood) {
      try {
        call.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        refused.add((StatusRuntimeException) e.getCause());
      }
    }
    assertThat(refused).isNotEmpty().hasSizeLessThan(5 * CALLS_PER_SECOND);
    for (StatusRuntimeException each : refused) {
      assertThat(each.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(reason(each)).isEqualTo("TOO_MANY_CALLS");
      RetryInfo retry = StatusProto.fromThrowable(each).getDetails(1).unpack(RetryInfo.class);
      assertThat(Durations.toNanos(retry.getRetryDelay())).isPositive();
    }
    assertThat(refusals("too_many_calls")).isEqualTo(before + refused.size());
  }

  @Test
  void theContestsCallersAreToldOfTheLimitInItsOwnWords() throws Exception {
    String token = token(claims().subject("contestant"));
    var flooding = serverless.simulator.ScalerGrpc.newFutureStub(as(token));
    serverless.simulator.AssignRequest same = contestRequest();
    List<Future<serverless.simulator.AssignReply>> flood = new ArrayList<>();
    for (int i = 0; i < 5 * CALLS_PER_SECOND; i++) {
      flood.add(flooding.assign(same));
    }

    List<serverless.simulator.AssignReply> throttled = new ArrayList<>();
    for (Future<serverless.simulator.AssignReply> call : flood) {
      serverless.simulator.AssignReply reply = call.get(30, TimeUnit.SECONDS);
      if (reply.getStatus() == serverless.simulator.Status.Throttle) {
        throttled.add(reply);
      }
    }

    assertThat(throttled).isNotEmpty().hasSizeLessThan(5 * CALLS_PER_SECOND);
    assertThat(throttled.get(0).getErrorMessage())
        .startsWith("token contestant may assign 100 times a second")
        .contains("; repeat after ");
  }

  /** Calls with too many tokens that count, with tokens that do not, and with too much in them. */
  @Test
  void oneThatFloodsDoesNotMakeAnotherWait() throws Exception {
    measured(known("warm"));
    long quiet = measured(known("quiet"));
    ScalerGrpc.ScalerBlockingStub other = known("flooded");
    AssignRequest same = request();
    AssignRequest large = AssignRequest.newBuilder().setRequestId("x".repeat(70_000)).build();
    Flood flood = new Flood();
    List<Thread> threads =
        List.of(
            flood.start(ScalerGrpc.newFutureStub(as(FLOOD)), same),
            flood.start(ScalerGrpc.newFutureStub(as("nobody-0123456789a")), same),
            flood.start(ScalerGrpc.newFutureStub(as(FLOOD)), large));
    await().until(() -> flood.ended.get() > 20 * CALLS_PER_SECOND);

    long before = flood.ended.get();
    long flooded = measured(other);
    long during = flood.ended.get() - before;
    flood.goesOn = false;
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(during).as("calls of the flood meanwhile").isGreaterThan(CALLS_MEASURED);
    assertNotMuchSlower(flooded, quiet);
  }

  /** All that an address may have, and one after the other that is closed for that. */
  @Test
  void anAddressThatFloodsWithConnectionsDoesNotKeepOthersOut() throws Exception {
    double before = refusals("too_many_connections_per_address");
    measured(known("warm-connections"));
    long quiet = measured(known("quiet-connections"));
    ScalerGrpc.ScalerBlockingStub other = known("flooded-connections");
    AtomicLong tried = new AtomicLong();
    AtomicBoolean goesOn = new AtomicBoolean(true);
    Thread flood = new Thread(() -> connect(tried, goesOn), "flood");
    flood.start();
    await().until(() -> tried.get() > 2 * CONNECTIONS_PER_ADDRESS);

    long triedBefore = tried.get();
    long flooded = measured(other);
    long during = tried.get() - triedBefore;
    goesOn.set(false);
    flood.join();

    assertThat(during).as("connections of the flood meanwhile").isPositive();
    assertNotMuchSlower(flooded, quiet);
    assertThat(refusals("too_many_connections_per_address")).isGreaterThan(before);
    assertThat(refusals("too_many_connections")).isZero();
  }

  /** From an address that nobody else calls from; says nothing and never closes one. */
  private static void connect(AtomicLong tried, AtomicBoolean goesOn) {
    List<Socket> open = new ArrayList<>();
    try {
      InetAddress from = InetAddress.getByName("127.0.0.9");
      while (goesOn.get()) {
        Socket socket = new Socket("127.0.0.1", node.port(), from, 0);
        open.add(socket);
        if (open.size() > 2 * CONNECTIONS_PER_ADDRESS) {
          open.remove(CONNECTIONS_PER_ADDRESS).close();
        }
        tried.incrementAndGet();
      }
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertNotMuchSlower(long flooded, long quiet) {
    assertThat(flooded)
        .as("ns within which 9 of 10 calls are answered; %d without the flood", quiet)
        .isLessThan(MOST_TIMES_SLOWER * Math.max(quiet, TimeUnit.MILLISECONDS.toNanos(5)));
  }

  /** A caller whose token has been looked at: while its address is denied much, no new one is. */
  private ScalerGrpc.ScalerBlockingStub known(String caller) throws Exception {
    ScalerGrpc.ScalerBlockingStub stub =
        ScalerGrpc.newBlockingStub(as(token(claims().subject(caller))));
    assertThat(stub.assign(request()).hasAssignment()).isTrue();
    return stub;
  }

  /** How long the slowest but a tenth took of calls that all must succeed, in ns. */
  private static long measured(ScalerGrpc.ScalerBlockingStub stub) {
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < CALLS_MEASURED; i++) {
      long begun = System.nanoTime();
      assertThat(stub.withDeadlineAfter(30, TimeUnit.SECONDS).assign(request()).hasAssignment())
          .isTrue();
      took.add(System.nanoTime() - begun);
    }
    took.sort(null);
    return took.get(CALLS_MEASURED * 9 / 10);
  }

  /** Callers that keep many calls open and do not care what becomes of them. */
  private static final class Flood {
    private static final int OPEN = 50;

    final AtomicLong ended = new AtomicLong();
    volatile boolean goesOn = true;

    Thread start(ScalerGrpc.ScalerFutureStub stub, AssignRequest request) {
      Thread thread = new Thread(() -> run(stub, request), "flood");
      thread.start();
      return thread;
    }

    private void run(ScalerGrpc.ScalerFutureStub stub, AssignRequest request) {
      Semaphore open = new Semaphore(OPEN);
      while (goesOn) {
        open.acquireUninterruptibly();
        stub.assign(request)
            .addListener(
                () -> {
                  ended.incrementAndGet();
                  open.release();
                },
                Runnable::run);
      }
      open.acquireUninterruptibly(OPEN);
    }
  }
}
