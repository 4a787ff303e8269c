package io.scaler.service;

/** Is told of calls that were let in and not served. */
@FunctionalInterface
public interface FailedCalls {
  /**
   * A call has failed.
   *
   * @param method that was called, such as {@code Assign}
   * @param failure a {@link io.scaler.model.ScalerException}; anything else is a bug
   */
  void failed(String method, Throwable failure);
}
