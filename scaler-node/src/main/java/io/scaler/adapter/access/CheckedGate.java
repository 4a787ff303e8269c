package io.scaler.adapter.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.scaler.service.Admission;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Credentials;
import io.scaler.service.Denial;
import io.scaler.service.Gate;
import io.scaler.service.Right;
import io.scaler.service.Role;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who shows a token that counts, or a certificate, and has the role for what is asked, as
 * often as that is allowed. Where authorities are given, every call must come with a certificate of
 * theirs; a token beside it says more about who calls, and goes over it.
 *
 * <p>What was found good is not checked again for a while, nor is what was not; and an address from
 * which too much comes that does not count has only what is known to be good looked at.
 */
public final class CheckedGate implements Gate {
  private static final Duration BAD_FOR = Duration.ofSeconds(5);
  private static final long MOST_BAD = 10_000;
  private static final String SCHEME = "bearer ";
  private static final String HOW = "; show one as 'authorization: Bearer TOKEN'";

  private final AccessSettings settings;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final @Nullable CallRates rates;
  private final @Nullable DenialRates denials;
  private volatile Known known;

  /**
   * What the files say.
   *
   * @param bad why tokens, by their digests, and certificates do not count, for seconds
   */
  private record Known(
      @Nullable TokenFile tokens,
      @Nullable WebTokens webTokens,
      @Nullable ClientCertificates certificates,
      Cache<Object, DeniedException> bad) {}

  private CheckedGate(AccessSettings settings, InstantSource clock, LongSupplier nanoTime)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.rates =
        settings.isLimited()
            ? new CallRates(settings.callsPerSecond(), settings.burst(), nanoTime)
            : null;
    this.denials =
        settings.denialsPerSecond() > 0
            ? new DenialRates(settings.denialsPerSecond(), nanoTime)
            : null;
    this.known = new Known(tokens(), webTokens(), certificates(), noneBad());
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
   * Reads the file of tokens again.
   *
   * @throws IOException as at first; what held before holds on
   */
  public synchronized void reloadTokens() throws IOException {
    known = new Known(tokens(), known.webTokens(), known.certificates(), noneBad());
  }

  /**
   * Reads the keys of JSON Web Tokens again.
   *
   * @throws IOException as at first; what held before holds on
   */
  public synchronized void reloadKeys() throws IOException {
    known = new Known(known.tokens(), webTokens(), known.certificates(), noneBad());
  }

  /**
   * Reads the authorities again.
   *
   * @throws IOException as at first; what held before holds on
   */
  public synchronized void reloadAuthorities() throws IOException {
    known = new Known(known.tokens(), known.webTokens(), certificates(), noneBad());
  }

  private @Nullable TokenFile tokens() throws IOException {
    return of("access.tokens", settings.tokens(), TokenFile::read);
  }

  private @Nullable WebTokens webTokens() throws IOException {
    return of("access.jwt.keys", settings.jwt(), from -> WebTokens.read(from, clock));
  }

  private @Nullable ClientCertificates certificates() throws IOException {
    return of(
        "tls.client-authorities",
        settings.authorities(),
        from -> ClientCertificates.read(from, settings.certificates(), clock));
  }

  private Cache<Object, DeniedException> noneBad() {
    return Caffeine.newBuilder()
        .maximumSize(MOST_BAD)
        .expireAfterWrite(BAD_FOR)
        .ticker(nanoTime::getAsLong)
        .build();
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
    if (rates != null && rates.take(caller, right) instanceof Denied tooOften) {
      return tooOften;
    }
    if (!caller.may(right)) {
      return new Denied(
          Denial.MISSING_ROLE,
          "%s has %s, and may not %s: that takes the role %s"
              .formatted(caller.name(), caller.described(), right.verb(), Role.thatMay(right)));
    }
    return new Admission.Admitted(caller.name());
  }

  private Caller caller(Credentials shown) throws DeniedException {
    Known now = known;
    Caller certified = null;
    if (now.certificates() != null) {
      if (shown.certificates().isEmpty()) {
        throw denied(
            shown,
            new DeniedException(
                Denial.NO_CREDENTIALS, "a client certificate is needed (tls.client-authorities)"));
      }
      certified = certified(now, now.certificates(), shown);
    }
    boolean hasTokens = now.tokens() != null || now.webTokens() != null;
    String authorization = shown.authorization();
    if (hasTokens && authorization != null) {
      return bearer(now, authorization, shown);
    } else if (certified != null && !(hasTokens && settings.certificates().isEmpty())) {
      return certified;
    } else if (hasTokens) {
      throw denied(shown, new DeniedException(Denial.NO_CREDENTIALS, "a token is needed" + HOW));
    }
    return Caller.at(shown.address());
  }

  private Caller certified(Known now, ClientCertificates certificates, Credentials shown)
      throws DeniedException {
    List<X509Certificate> chain = shown.certificates();
    Caller caller = certificates.known(chain);
    return caller == null ? checked(now, shown, chain, () -> certificates.of(chain)) : caller;
  }

  private Caller bearer(Known now, String authorization, Credentials shown) throws DeniedException {
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw denied(
          shown,
          new DeniedException(Denial.BAD_TOKEN, "the authorization is no bearer token" + HOW));
    }
    String token = authorization.substring(SCHEME.length()).strip();
    Digest digest = Digest.of(token);
    WebTokens webTokens = now.webTokens();
    Caller caller = now.tokens() == null ? null : now.tokens().of(digest);
    if (caller == null && webTokens != null) {
      caller = webTokens.known(digest);
    }
    return caller == null
        ? checked(
            now,
            shown,
            digest,
            () -> {
              if (webTokens == null) {
                throw new DeniedException(Denial.BAD_TOKEN, "the token is not known");
              }
              return webTokens.of(token, digest);
            })
        : caller;
  }

  private interface Check {
    Caller run() throws DeniedException;
  }

  /**
   * Checks what is not known to be good, unless it is known not to be.
   *
   * @param what is remembered if it does not count
   */
  private Caller checked(Known now, Credentials shown, Object what, Check check)
      throws DeniedException {
    Denied tooOften = denials == null ? null : denials.refusal(shown.address());
    if (tooOften != null) {
      throw new DeniedException(tooOften);
    }
    DeniedException bad = now.bad().getIfPresent(what);
    if (bad == null) {
      try {
        return check.run();
      } catch (DeniedException e) {
        now.bad().put(what, e);
        bad = e;
      }
    }
    throw denied(shown, bad);
  }

  /** Counts the denial; what is too much is told of instead. */
  private DeniedException denied(Credentials shown, DeniedException why) {
    if (denials == null) {
      return why;
    }
    Denied tooOften = denials.refusal(shown.address());
    if (tooOften != null) {
      return new DeniedException(tooOften);
    }
    denials.denied(shown.address());
    return why;
  }
}
