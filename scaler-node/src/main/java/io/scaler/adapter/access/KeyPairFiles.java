package io.scaler.adapter.access;

import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate and its key, from PEM files.
 *
 * @param certificates its own first
 */
record KeyPairFiles(List<X509Certificate> certificates, PrivateKey key) {
  private static final byte[] ANYTHING = {1, 2, 3};

  KeyPairFiles {
    certificates = List.copyOf(certificates);
  }

  /**
   * @param section of the configuration that names the files, for messages
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if one is not what it should be, or they do not belong
   *     together
   */
  static KeyPairFiles read(String section, Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> certificates;
    try (InputStream in = Files.newInputStream(certificate)) {
      certificates = List.of(CertificateUtils.getX509Certificates(in));
    } catch (java.nio.file.FileSystemException e) {
      throw new IOException(section + ".certificate: cannot be read: " + e, e);
    }
    if (certificates.isEmpty()) {
      throw new GeneralSecurityException("the first holds no certificate in PEM form");
    }
    PrivateKey read;
    try (InputStream in = Files.newInputStream(key)) {
      read = CertificateUtils.getPrivateKey(in);
    } catch (java.nio.file.FileSystemException e) {
      throw new IOException(section + ".key: cannot be read: " + e, e);
    } catch (RuntimeException e) {
      throw new GeneralSecurityException("the second holds no key in PKCS #8", e);
    }
    if (!belong(certificates.get(0), read)) {
      throw new GeneralSecurityException("the key is not the certificate's");
    }
    return new KeyPairFiles(certificates, read);
  }

  private static boolean belong(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(ANYTHING);
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certificate.getPublicKey());
    verifying.update(ANYTHING);
    return verifying.verify(signing.sign());
  }
}
