package io.scaler.adapter.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notices requests that were refused for their size, which nobody else is told of. */
final class OversizedMessages extends ServerStreamTracer.Factory {
  private static final String TOLD = "message exceeds maximum size";

  private final Consumer<String> refused;

  /**
   * @param refused is told of each, with the address that it came from
   */
  OversizedMessages(Consumer<String> refused) {
    this.refused = refused;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new ServerStreamTracer() {
      private volatile @Nullable ServerCallInfo<?, ?> call;

      @Override
      public void serverCallStarted(ServerCallInfo<?, ?> started) {
        call = started;
      }

      @Override
      public void streamClosed(Status status) {
        String description = status.getDescription();
        if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED
            && description != null
            && description.contains(TOLD)) {
          ServerCallInfo<?, ?> of = call;
          refused.accept(
              RemoteAddress.of(
                  of == null ? null : of.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
        }
      }
    };
  }
}
