package io.scaler.service;

/** Where it is decided which calls may come in. */
@FunctionalInterface
public interface Gate {
  /** Lets everybody in. */
  Gate OPEN = (shown, right) -> new Admission.Admitted("anybody");

  /** Decides; does not block, and never throws for what a caller has shown. */
  Admission admit(Credentials shown, Right right);
}
