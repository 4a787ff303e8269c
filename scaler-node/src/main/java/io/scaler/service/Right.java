package io.scaler.service;

/** What a call needs. Each right has a budget of its own where calls are limited. */
public enum Right {
  /** Nothing: whoever reaches the port may. */
  NONE("ask for health"),

  /** To take instances. */
  ASSIGN("assign"),

  /**
   * To give back what one has, or to keep it for longer. Apart from {@link #ASSIGN} so that whoever
   * asks for too much can still release.
   */
  GIVE_BACK("release or renew"),

  /** To see what there is. */
  VIEW("look"),

  /** To change what holds for others. */
  OPERATE("operate");

  private final String verb;

  Right(String verb) {
    this.verb = verb;
  }

  /** In a sentence, after "may not". */
  public String verb() {
    return verb;
  }
}
