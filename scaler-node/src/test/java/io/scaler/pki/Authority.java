package io.scaler.pki;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates for tests, and keeps them in PEM files. */
public final class Authority {
  /** Of whatever is valid in every test. */
  private static final Instant BEGIN = Instant.parse("2020-01-01T00:00:00Z");

  private static final Instant END = Instant.parse("2120-01-01T00:00:00Z");
  private static final AtomicLong SERIALS = new AtomicLong(1);
  private static final char[] PASSWORD = {};

  private final Path folder;
  private final X500Name name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  /**
   * A certificate and its key.
   *
   * @param file of the certificate
   * @param keyFile of the key
   */
  public record Issued(Path file, Path keyFile, X509Certificate certificate, KeyPair keys) {
    /** Takes the place of another pair's files. */
    public void replace(Issued other) throws IOException {
      Files.copy(file, other.file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.copy(keyFile, other.keyFile, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * @param folder for its files
   */
  public Authority(Path folder, String name) throws IOException, GeneralSecurityException {
    this.folder = folder;
    this.name = new X500Name("CN=" + name);
    this.keys = keys();
    this.certificate = sign(this.name, keys, BEGIN, END, true, false);
    write(file(), certificate);
  }

  /** Its own certificate's file. */
  public Path file() {
    return folder.resolve(name.toString().substring(3) + ".pem");
  }

  /** For a server on this machine, or for a client. */
  public Issued issue(String commonName) throws IOException, GeneralSecurityException {
    return issue(commonName, BEGIN, END);
  }

  /** One that has a common name and no other. */
  public Issued issueWithoutOtherNames(String commonName)
      throws IOException, GeneralSecurityException {
    return issue(commonName, BEGIN, END, false);
  }

  public Issued issue(String commonName, Instant begin, Instant end)
      throws IOException, GeneralSecurityException {
    return issue(commonName, begin, end, true);
  }

  private Issued issue(String commonName, Instant begin, Instant end, boolean hasOtherNames)
      throws IOException, GeneralSecurityException {
    KeyPair own = keys();
    X509Certificate signed =
        sign(new X500Name("CN=" + commonName), own, begin, end, false, hasOtherNames);
    String prefix = commonName + "-" + signed.getSerialNumber();
    Path file = folder.resolve(prefix + ".pem");
    Path keyFile = folder.resolve(prefix + "-key.pem");
    write(file, signed);
    write(keyFile, new JcaPKCS8Generator(own.getPrivate(), null));
    return new Issued(file, keyFile, signed, own);
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private X509Certificate sign(
      X500Name subject,
      KeyPair of,
      Instant begin,
      Instant end,
      boolean isAuthority,
      boolean hasOtherNames)
      throws IOException, GeneralSecurityException {
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(SERIALS.getAndIncrement()),
            Date.from(begin),
            Date.from(end),
            subject,
            of.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
    if (hasOtherNames) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://test/" + subject)
              }));
    }
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static void write(Path file, Object object) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(object);
    }
    Files.writeString(file, text.toString());
  }

  /**
   * For HTTP clients.
   *
   * @param own what the client shows; null for nothing
   */
  public SSLContext trusted(Issued own) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", certificate);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManager[] shown = {};
    if (own != null) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setKeyEntry(
          "own", own.keys().getPrivate(), PASSWORD, new X509Certificate[] {own.certificate()});
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, PASSWORD);
      shown = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown, trust.getTrustManagers(), null);
    return context;
  }
}
