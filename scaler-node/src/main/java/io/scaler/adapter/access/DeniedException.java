package io.scaler.adapter.access;

import io.scaler.service.Admission.Denied;
import io.scaler.service.Denial;

/** A caller whose credentials do not count. Nobody looks at its stack, so it has none. */
final class DeniedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Denied denied;

  DeniedException(Denial denial, String why) {
    super(why, null, false, false);
    this.denied = new Denied(denial, why);
  }

  Denied denied() {
    return denied;
  }
}
