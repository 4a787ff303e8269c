package io.scaler.adapter.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What is kept of a secret: the SHA-256 of it in hexadecimal digits. Secrets are long and random,
 * so that it tells nothing of them, and how long looking one up takes does not either.
 */
record Digest(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if it is none
   */
  Digest {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("must be 64 hexadecimal digits in lower case");
    }
  }

  static Digest of(String secret) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return new Digest(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
