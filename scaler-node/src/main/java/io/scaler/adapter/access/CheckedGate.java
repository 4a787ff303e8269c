package io.scaler.adapter.access;

import io.scaler.service.Admission;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Credentials;
import io.scaler.service.Denial;
import io.scaler.service.Gate;
import io.scaler.service.Right;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a token that counts, or a certificate, and has the role for what is asked, as
 * often as that is allowed. Where authorities are given, every call must come with a certificate of
 * theirs; a token beside it says more about who calls, and goes over it.
 */
public final class CheckedGate implements Gate {
  private static final String SCHEME = "bearer ";
  private static final String HOW = "; show one as 'authorization: Bearer TOKEN'";

  private final AccessSettings settings;
  private final InstantSource clock;
  private final @Nullable CallRates rates;
  private volatile Known known;

  /** What the files say. */
  private record Known(
      @Nullable TokenFile tokens,
      @Nullable WebTokens webTokens,
      @Nullable ClientCertificates certificates) {}

  private CheckedGate(AccessSettings settings, InstantSource clock, LongSupplier nanoTime)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.rates =
        settings.isLimited()
            ? new CallRates(settings.callsPerSecond(), settings.burst(), nanoTime)
            : null;
    this.known = read();
  }

  /**
   * A gate as the settings say: {@link Gate#OPEN} where they ask for nothing.
   *
   * @param nanoTime for elapsed time only
   * @throws IOException if a file cannot be read or breaks a rule; the message names its key
   */
  public static Gate open(AccessSettings settings, InstantSource clock, LongSupplier nanoTime)
      throws IOException {
    return settings.isClosed() || settings.isLimited()
        ? new CheckedGate(settings, clock, nanoTime)
        : Gate.OPEN;
  }

  /**
   * Reads all files again.
   *
   * @throws IOException as at first; what held before holds on
   */
  public void reload() throws IOException {
    known = read();
  }

  private Known read() throws IOException {
    AccessSettings.Jwt jwt = settings.jwt();
    boolean rolesAreElsewhere = settings.tokens() != null || jwt != null;
    return new Known(
        of("access.tokens", settings.tokens(), TokenFile::read),
        of("access.jwt.keys", jwt, from -> WebTokens.read(from, clock)),
        of(
            "tls.client-authorities",
            settings.authorities(),
            from ->
                ClientCertificates.read(
                    from,
                    settings.certificates(),
                    settings.certificates().isEmpty() && !rolesAreElsewhere,
                    clock)));
  }

  private interface Reading<F, T> {
    T of(F from) throws IOException;
  }

  private static <F, T> @Nullable T of(String key, @Nullable F from, Reading<F, T> reading)
      throws IOException {
    if (from == null) {
      return null;
    }
    try {
      return reading.of(from);
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(key, said(e)), e);
    }
  }

  private static String said(IOException e) {
    return e instanceof java.nio.file.FileSystemException missing
        ? "cannot be read: " + missing
        : String.valueOf(e.getMessage());
  }

  @Override
  public Admission admit(Credentials shown, Right right) {
    if (right == Right.NONE) {
      return new Admission.Admitted("anybody");
    }
    Caller caller;
    try {
      caller = caller(shown);
    } catch (DeniedException e) {
      return e.denied();
    }
    if (!caller.may(right)) {
      return new Denied(
          Denial.MISSING_ROLE,
          "%s has %s, and may not %s".formatted(caller.name(), caller.described(), right.verb()));
    }
    return rates == null ? new Admission.Admitted(caller.name()) : rates.take(caller, right);
  }

  private Caller caller(Credentials shown) throws DeniedException {
    Known now = known;
    Caller certified = null;
    if (now.certificates() != null) {
      if (shown.certificates().isEmpty()) {
        throw new DeniedException(
            Denial.NO_CREDENTIALS, "a client certificate is needed (tls.client-authorities)");
      }
      certified = now.certificates().of(shown.certificates());
    }
    boolean hasTokens = now.tokens() != null || now.webTokens() != null;
    String authorization = shown.authorization();
    if (hasTokens && authorization != null) {
      return bearer(now, authorization);
    } else if (certified != null && !(hasTokens && settings.certificates().isEmpty())) {
      return certified;
    } else if (hasTokens) {
      throw new DeniedException(Denial.NO_CREDENTIALS, "a token is needed" + HOW);
    }
    return Caller.at(shown.address());
  }

  private static Caller bearer(Known now, String authorization) throws DeniedException {
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new DeniedException(Denial.BAD_TOKEN, "the authorization is no bearer token" + HOW);
    }
    String token = authorization.substring(SCHEME.length()).strip();
    Digest digest = Digest.of(token);
    Caller listed = now.tokens() == null ? null : now.tokens().of(digest);
    if (listed != null) {
      return listed;
    } else if (now.webTokens() != null) {
      return now.webTokens().of(token, digest);
    }
    throw new DeniedException(Denial.BAD_TOKEN, "the token is not known");
  }
}
