package io.scaler.adapter.access;

import io.scaler.service.Admission.Denied;
import io.scaler.service.Denial;

/** A caller whose credentials do not count. Nobody looks at its stack, so it has none. */
final class DeniedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Denied denied;

  DeniedException(Denial denial, String why) {
    this(new Denied(denial, why));
  }

  DeniedException(Denied denied) {
    super(denied.why(), null, false, false);
    this.denied = denied;
  }

  Denied denied() {
    return denied;
  }
}
