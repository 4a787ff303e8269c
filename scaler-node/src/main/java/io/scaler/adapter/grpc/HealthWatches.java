package io.scaler.adapter.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps those who watch health, which is for everybody, within bounds: there is a limit to how many
 * watch at a time, and what is not served cannot be watched.
 */
final class HealthWatches implements ServerInterceptor {
  private static final String WATCH = HealthGrpc.getWatchMethod().getFullMethodName();

  private final Set<String> served;
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param served the names that may be watched
   * @param most watches at a time
   */
  HealthWatches(Set<String> served, int most) {
    this.served = Set.copyOf(served);
    this.most = most;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!call.getMethodDescriptor().getFullMethodName().equals(WATCH)) {
      return next.startCall(call, headers);
    }
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription("too many watch health; use Check"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return new Watch<>(next.startCall(call, headers), call);
  }

  /** One that is open; what it asks for comes after it was let in. */
  private final class Watch<Q, R> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, R> call;
    private final AtomicBoolean ended = new AtomicBoolean();
    private boolean refused;

    Watch(ServerCall.Listener<Q> watched, ServerCall<Q, R> call) {
      super(watched);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof HealthCheckRequest request && !served.contains(request.getService())) {
        refused = true;
        call.close(
            Status.NOT_FOUND.withDescription("there is no such service to watch"), new Metadata());
      } else {
        super.onMessage(message);
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      end();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      end();
      super.onComplete();
    }

    private void end() {
      if (ended.compareAndSet(false, true)) {
        open.decrementAndGet();
      }
    }
  }
}
