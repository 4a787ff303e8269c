package io.scaler.adapter.grpc;

import io.grpc.stub.StreamObserver;
import io.scaler.model.ScalerException;

/**
 * How a contract tells its callers that they are not served. Each method ends the call.
 *
 * @param <R> the call's response
 */
interface Refusals<R> {
  /** What is told of a bug; the log has the rest. */
  String INTERNAL_ERROR = "internal error";

  /** For a reason that the caller can act on. */
  void refuse(ScalerException refusal, StreamObserver<R> responses);

  /** For a bug, which the caller learns nothing about. */
  void fail(StreamObserver<R> responses);
}
