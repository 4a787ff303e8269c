package io.scaler.adapter.grpc;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/** Notices requests that were refused for their size, which nobody else is told of. */
final class OversizedMessages extends ServerStreamTracer.Factory {
  private static final String TOLD = "message exceeds maximum size";

  private final ServerStreamTracer tracer;

  /**
   * @param refused is told of each
   */
  OversizedMessages(Runnable refused) {
    this.tracer =
        new ServerStreamTracer() {
          @Override
          public void streamClosed(Status status) {
            String description = status.getDescription();
            if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED
                && description != null
                && description.contains(TOLD)) {
              refused.run();
            }
          }
        };
  }

  /** The same for all calls: it keeps nothing. */
  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return tracer;
  }
}
