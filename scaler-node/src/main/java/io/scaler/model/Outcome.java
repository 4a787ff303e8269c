package io.scaler.model;

/** What became of a request's execution. */
public enum Outcome {
  OK,
  /** It failed: the instance is destroyed. */
  FAILED,
  /** It succeeded, but the instance must not be used again. */
  DESTROY
}
