package io.scaler.adapter.access;

import io.scaler.service.Right;
import io.scaler.service.Role;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who makes a call.
 *
 * @param name of the caller and of what says so, for limits and messages
 * @param roles in no order; may be empty
 */
record Caller(String name, Set<Role> roles) {
  Caller {
    roles = Set.copyOf(roles);
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
