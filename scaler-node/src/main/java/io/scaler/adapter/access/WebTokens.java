package io.scaler.adapter.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import io.scaler.service.Denial;
import io.scaler.service.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens (RFC 7519) that were signed with one of a set of keys (RFC 7517). Only with
 * asymmetric ones: a node needs no secret for it. One that was found good is not checked again
 * before it expires, but for its time.
 */
final class WebTokens {
  private static final long MOST_REMEMBERED = 10_000;
  private static final int CLOCK_SKEW_SECONDS = 30;

  private record Good(Caller caller, Instant until) {}

  private final InstantSource clock;
  private final String roleClaim;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final Cache<Digest, Good> good =
      Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

  private WebTokens(JWKSet keys, AccessSettings.Jwt settings, InstantSource clock) {
    this.clock = clock;
    this.roleClaim = settings.roleClaim();
    Set<JWSAlgorithm> algorithms = new java.util.HashSet<>(JWSAlgorithm.Family.RSA);
    algorithms.addAll(JWSAlgorithm.Family.EC);
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(algorithms, new ImmutableJWKSet<>(keys)));
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    JWTClaimsSet.Builder exactly = new JWTClaimsSet.Builder();
    if (!settings.issuer().isEmpty()) {
      exactly.issuer(settings.issuer());
    }
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new ClaimsVerifier(
            settings.audience().isEmpty() ? null : settings.audience(), exactly.build(), clock);
    claims.setMaxClockSkew(CLOCK_SKEW_SECONDS);
    processor.setJWTClaimsSetVerifier(claims);
  }

  /** By the node's own clock. */
  private static final class ClaimsVerifier extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final InstantSource clock;

    ClaimsVerifier(@Nullable String audience, JWTClaimsSet exactly, InstantSource clock) {
      super(audience, exactly, Set.of("sub", "exp"));
      this.clock = clock;
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }

  /**
   * @throws IOException if the keys cannot be read, or are none; the message says why
   */
  static WebTokens read(AccessSettings.Jwt settings, InstantSource clock) throws IOException {
    JWKSet keys;
    try {
      keys = JWKSet.parse(Files.readString(settings.keys())).toPublicJWKSet();
    } catch (ParseException e) {
      throw new IOException("is no JWK set: " + e.getMessage(), e);
    }
    if (keys.isEmpty()) {
      throw new IOException("holds no public key");
    }
    return new WebTokens(keys, settings, clock);
  }

  /** Whose it is, of a token that was found good; null for one that has to be checked. */
  @Nullable Caller known(Digest digest) {
    Good known = good.getIfPresent(digest);
    return known != null && clock.instant().isBefore(known.until()) ? known.caller() : null;
  }

  /**
   * Checks one.
   *
   * @param digest of the token
   */
  Caller of(String token, Digest digest) throws DeniedException {
    Good checked = check(token);
    good.put(digest, checked);
    return checked.caller();
  }

  private Good check(String token) throws DeniedException {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      return new Good(
          new Caller("token " + claims.getSubject(), roles(claims.getClaim(roleClaim))),
          claims.getExpirationTime().toInstant());
    } catch (ExpiredJWTException e) {
      throw new DeniedException(Denial.EXPIRED_TOKEN, "the token has expired");
    } catch (ParseException e) {
      throw new DeniedException(Denial.BAD_TOKEN, "the token is neither known nor a JWT");
    } catch (BadJOSEException | JOSEException | IllegalArgumentException e) {
      throw new DeniedException(Denial.BAD_TOKEN, "the token does not count: " + e.getMessage());
    }
  }

  /** Words that are no roles are for others. */
  private static Set<Role> roles(@Nullable Object claim) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    Collection<?> words = claim instanceof Collection<?> list ? list : List.of();
    if (claim instanceof String word) {
      words = List.of(word);
    }
    words.forEach(word -> Role.of(String.valueOf(word)).ifPresent(roles::add));
    return roles;
  }
}
