package io.scaler.adapter.access;

import io.scaler.service.Role;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in, and how often. Where neither tokens, keys of JSON Web Tokens nor authorities are
 * given, whoever reaches a port may do everything.
 *
 * @param tokens a file of bearer tokens; null for none
 * @param jwt which JSON Web Tokens count; null for none
 * @param authorities certificates of those that sign clients' ones, which every call must come with
 *     then; null for none
 * @param certificates the role of a client certificate by one of its names, {@code *} for all
 *     others; a certificate has none but these
 * @param callsPerSecond of one caller with one right; 0 for no limit
 * @param burst calls at once that a caller may save up; at least 1 where there is a limit
 * @param denialsPerSecond of credentials that one address shows; 0 for no limit
 */
public record AccessSettings(
    @Nullable Path tokens,
    @Nullable Jwt jwt,
    @Nullable Path authorities,
    Map<String, Role> certificates,
    int callsPerSecond,
    int burst,
    int denialsPerSecond) {
  public AccessSettings {
    certificates = Map.copyOf(certificates);
  }

  /**
   * Which JSON Web Tokens count.
   *
   * @param keys a file that holds a JWK set
   * @param issuer that they must name; empty: not checked
   * @param audience that they must be for; empty: not checked
   * @param roleClaim the claim that holds a role, or a list with roles in it
   */
  public record Jwt(Path keys, String issuer, String audience, String roleClaim) {}

  /** Whether callers must show who they are. */
  boolean isClosed() {
    return tokens != null || jwt != null || authorities != null;
  }

  /** Whether there is a limit. */
  boolean isLimited() {
    return callsPerSecond > 0;
  }
}
