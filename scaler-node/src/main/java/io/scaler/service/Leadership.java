package io.scaler.service;

import java.util.OptionalLong;

/** Which node leads. */
public interface Leadership {

  /**
   * The epoch of this node's leadership; empty while it does not lead or is not sure. Epochs grow
   * with every change of leader and go with every write of a duty.
   */
  OptionalLong epoch();
}
