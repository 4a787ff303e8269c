package io.scaler.adapter.grpc;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import org.jspecify.annotations.Nullable;

/**
 * What calls are parts of in traces, as their callers say in the metadata {@code traceparent} (W3C
 * Trace Context).
 */
public final class TraceParents implements ServerInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> PARENT = Context.key("traceparent");

  private TraceParents() {}

  /** The service, which is told. */
  public static BindableService readFor(BindableService service) {
    return () -> ServerInterceptors.intercept(service, new TraceParents());
  }

  /** The call's that this thread is at, as it was said; null if nothing was, or nobody reads it. */
  static @Nullable String current() {
    return PARENT.get();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String parent = headers.get(HEADER);
    return parent == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(Context.current().withValue(PARENT, parent), call, headers, next);
  }
}
