package io.scaler.service;

/** What a call needs. Each right has a budget of its own where calls are limited. */
public enum Right {
  /** Nothing: whoever reaches the port may. */
  NONE("ask for health"),

  /** To take instances. */
  ASSIGN("assign"),

  /** To give back what one has; never limited, since whoever does makes room for others. */
  RELEASE("release"),

  /** To keep what one has for longer; whoever cannot loses it, so its budget is a generous one. */
  RENEW("renew"),

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
