package io.scaler.adapter.access;

import io.scaler.service.Right;
import io.scaler.service.Role;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who makes a call.
 *
 * @param name of the caller and of what says so, for limits and messages; what is not visible in it
 *     is escaped
 * @param roles in no order; may be empty
 */
record Caller(String name, Set<Role> roles) {
  Caller {
    name = printable(name);
    roles = Set.copyOf(roles);
  }

  /** A name may be whatever somebody was signed; it must not pass for another line of a log. */
  private static String printable(String name) {
    StringBuilder text = new StringBuilder(name.length());
    name.chars()
        .forEach(
            each -> {
              if (isInvisible((char) each)) {
                text.append("\\u%04x".formatted(each));
              } else {
                text.append((char) each);
              }
            });
    return text.toString();
  }

  private static boolean isInvisible(char character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** Whoever calls from an address where nobody has to say more. */
  static Caller at(String address) {
    return new Caller("address " + address, EnumSet.of(Role.OPERATOR));
  }

  boolean may(Right right) {
    return roles.stream().anyMatch(role -> role.may(right));
  }

  /** The roles in a sentence, after "has". */
  String described() {
    return roles.isEmpty()
        ? "no role"
        : "the role " + roles.stream().map(Role::word).sorted().collect(Collectors.joining(", "));
  }
}
