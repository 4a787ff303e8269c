package io.scaler.service;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call shows of who makes it. Nothing of it is checked but that the caller has the key of
 * the first certificate.
 *
 * @param authorization the header of that name; null for none
 * @param certificates the caller's own first; empty for none
 * @param address that the connection comes from, without its port
 */
public record Credentials(
    @Nullable String authorization, List<X509Certificate> certificates, String address) {
  public Credentials {
    certificates = List.copyOf(certificates);
  }
}
