package io.scaler.adapter.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.scaler.service.Denial;
import io.scaler.service.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Client certificates that were signed by one of some authorities (RFC 5280), without a look at
 * whether they were revoked. They are checked here and not in the handshake, so that whoever shows
 * one that does not count is told why. What was found is remembered for a minute.
 */
final class ClientCertificates {
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final long MOST_REMEMBERED = 10_000;
  private static final String ANY_OTHER = "*";
  private static final Set<String> FOR_CLIENTS = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");
  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  private record Found(Instant until, Caller caller) {}

  private final Set<X509Certificate> authorities;
  private final Map<String, Role> roles;
  private final InstantSource clock;
  private final Cache<List<X509Certificate>, Found> good =
      Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

  private ClientCertificates(
      Set<X509Certificate> authorities, Map<String, Role> roles, InstantSource clock) {
    this.authorities = authorities;
    this.roles = roles;
    this.clock = clock;
  }

  /**
   * @param roles by a name, {@code *} for any other
   * @throws IOException if the authorities cannot be read, or are none; the message says why
   */
  static ClientCertificates read(Path authorities, Map<String, Role> roles, InstantSource clock)
      throws IOException {
    Set<X509Certificate> read = new LinkedHashSet<>();
    try (InputStream in = Files.newInputStream(authorities)) {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .forEach(each -> read.add((X509Certificate) each));
    } catch (CertificateException e) {
      throw new IOException("holds no certificates in PEM form: " + e.getMessage(), e);
    }
    if (read.isEmpty()) {
      throw new IOException("holds no certificates in PEM form");
    }
    return new ClientCertificates(read, roles, clock);
  }

  /** Whose it is, of a chain that was found good; null for one that has to be checked. */
  @Nullable Caller known(List<X509Certificate> chain) {
    Found known = good.getIfPresent(chain);
    return known != null && clock.instant().isBefore(known.until()) ? known.caller() : null;
  }

  /**
   * Checks one.
   *
   * @param chain the client's own first; not empty
   */
  Caller of(List<X509Certificate> chain) throws DeniedException {
    Instant now = clock.instant();
    X509Certificate own = chain.get(0);
    String subject = "certificate " + own.getSubjectX500Principal().getName();
    check(subject, chain, Date.from(now));
    Caller caller = new Caller(subject, roles(own));
    Instant end = own.getNotAfter().toInstant();
    Instant until = now.plus(REMEMBERED);
    good.put(List.copyOf(chain), new Found(end.isBefore(until) ? end : until, caller));
    return caller;
  }

  private void check(String subject, List<X509Certificate> chain, Date now) throws DeniedException {
    try {
      X509Certificate own = chain.get(0);
      own.checkValidity(now);
      List<String> uses = own.getExtendedKeyUsage();
      if (uses != null && uses.stream().noneMatch(FOR_CLIENTS::contains)) {
        throw new DeniedException(Denial.BAD_CERTIFICATE, subject + " is not for clients");
      }
      PKIXParameters parameters =
          new PKIXParameters(
              authorities.stream()
                  .map(authority -> new TrustAnchor(authority, null))
                  .collect(Collectors.toSet()));
      parameters.setRevocationEnabled(false);
      parameters.setDate(now);
      List<X509Certificate> path = new ArrayList<>(chain);
      path.removeAll(authorities);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (CertificateExpiredException e) {
      throw new DeniedException(Denial.EXPIRED_CERTIFICATE, subject + " has expired");
    } catch (CertificateNotYetValidException e) {
      throw new DeniedException(Denial.BAD_CERTIFICATE, subject + " is not valid yet");
    } catch (CertPathValidatorException e) {
      boolean isExpired = e.getReason() == BasicReason.EXPIRED;
      throw new DeniedException(
          isExpired ? Denial.EXPIRED_CERTIFICATE : Denial.BAD_CERTIFICATE,
          subject
              + (isExpired
                  ? ": one that it was signed with has expired"
                  : " was not signed by one of tls.client-authorities"));
    } catch (GeneralSecurityException e) {
      throw new DeniedException(
          Denial.BAD_CERTIFICATE, subject + " cannot be checked: " + e.getMessage());
    }
  }

  private Set<Role> roles(X509Certificate certificate) {
    Set<Role> given = new LinkedHashSet<>();
    for (String name : names(certificate)) {
      Role role = roles.get(name);
      if (role != null) {
        given.add(role);
      }
    }
    Role otherwise = roles.get(ANY_OTHER);
    if (given.isEmpty() && otherwise != null) {
      given.add(otherwise);
    }
    return given;
  }

  /**
   * The DNS names and URIs among its alternative ones; its common name where it has none of these
   * (RFC 6125), as those that sign look less closely at that.
   */
  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> others = certificate.getSubjectAlternativeNames();
      for (List<?> other : others == null ? List.<List<?>>of() : others) {
        if (other.get(0).equals(DNS_NAME) || other.get(0).equals(URI)) {
          names.add(String.valueOf(other.get(1)));
        }
      }
      return names.isEmpty() ? commonNames(certificate) : names;
    } catch (InvalidNameException | CertificateException e) {
      return List.of();
    }
  }

  private static List<String> commonNames(X509Certificate certificate) throws InvalidNameException {
    return new LdapName(certificate.getSubjectX500Principal().getName())
        .getRdns().stream()
            .filter(part -> part.getType().equalsIgnoreCase("CN"))
            .map(Rdn::getValue)
            .map(String::valueOf)
            .toList();
  }
}
