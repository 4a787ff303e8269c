package io.scaler.node;

/** An action that may be asked for before it can be done: it is done then, as soon as it can be. */
final class Postponed implements Runnable {
  private final Runnable action;
  private boolean isPossible;
  private boolean isWanted;

  Postponed(Runnable action) {
    this.action = action;
  }

  /** Asks for the action. */
  @Override
  public void run() {
    synchronized (this) {
      if (!isPossible) {
        isWanted = true;
        return;
      }
    }
    action.run();
  }

  /** It can be done from now on; is called once. */
  void becomesPossible() {
    synchronized (this) {
      isPossible = true;
      if (!isWanted) {
        return;
      }
    }
    action.run();
  }
}
