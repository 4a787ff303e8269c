package io.scaler.model;

/** Why a request is not served. Each adapter maps these to its wire in one switch. */
public enum Reason {
  /** A field breaks its rule; nothing changed. */
  INVALID_FIELD,
  /** No such function. */
  FUNCTION_NOT_FOUND,
  /** The function has no such instance. */
  INSTANCE_NOT_FOUND,
  /** The instance is not this request's, or no longer. */
  NOT_HOLDER,
  /** The request was released before. */
  REQUEST_FINISHED,
  /** A queue is full; repeating later may help. */
  OVERLOADED,
  /** No instance came free and none could be started in time. */
  TIMED_OUT,
  /** The platform is down or refuses; repeating later may help. */
  PLATFORM_UNAVAILABLE,
  /** The platform could not start an instance of this function. */
  LAUNCH_FAILED,
  /**
   * This node hears from no majority, is stopping, or is not answered by the node that keeps the
   * pool; another node may serve.
   */
  NODE_UNAVAILABLE,
  /** The caller went away. */
  CANCELLED,
  /** A leader's duty came from one that has been superseded. */
  SUPERSEDED
}
