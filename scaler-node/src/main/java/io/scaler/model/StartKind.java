package io.scaler.model;

/** How a request came by its instance. */
public enum StartKind {
  /** An idle instance was there. */
  WARM,
  /** It waited, and got an instance that another request released. */
  WAITED,
  /** It waited, and got an instance that had just been started. */
  COLD
}
