package io.scaler.service;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a caller is to a node, and may do there. */
public enum Role {
  /** A gateway. */
  CALLER,

  /** Whoever looks: people, Prometheus. */
  VIEWER,

  /** Whoever runs the nodes; may do everything. */
  OPERATOR;

  /** Whether it includes the right. */
  public boolean may(Right right) {
    return switch (right) {
      case NONE -> true;
      case ASSIGN, RELEASE, RENEW -> this != VIEWER;
      case VIEW -> this != CALLER;
      case OPERATE -> this == OPERATOR;
    };
  }

  /** The words of those that include the right, for a sentence. */
  public static String thatMay(Right right) {
    return Stream.of(values())
        .filter(role -> role.may(right))
        .map(Role::word)
        .collect(Collectors.joining(" or "));
  }

  /** As configurations and tokens spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that word; empty if there is none. */
  public static Optional<Role> of(String word) {
    for (Role role : values()) {
      if (role.word().equals(word)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
