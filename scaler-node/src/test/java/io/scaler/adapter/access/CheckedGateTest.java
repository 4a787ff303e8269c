package io.scaler.adapter.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.scaler.pki.Authority;
import io.scaler.service.Admission;
import io.scaler.service.Admission.Admitted;
import io.scaler.service.Admission.Denied;
import io.scaler.service.Credentials;
import io.scaler.service.Denial;
import io.scaler.service.Gate;
import io.scaler.service.Right;
import io.scaler.service.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedGateTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final String GATEWAY = "0123456789abcdef";
  private static final String ADDRESS = "10.0.0.7";

  @TempDir private Path folder;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  private final AtomicLong nanos = new AtomicLong();
  private Path tokens;

  @BeforeEach
  void writeTokens() throws Exception {
    tokens = folder.resolve("tokens.yaml");
    Files.writeString(
        tokens,
        """
        - {name: gateway, role: caller, token: %s}
        - {name: vera, role: viewer, sha256: %s}
        """
            .formatted(GATEWAY, Digest.of("vera's own token").hex()));
  }

  private AccessSettings settings(
      Path tokens, AccessSettings.Jwt jwt, Path authorities, Map<String, Role> certificates) {
    return new AccessSettings(tokens, jwt, authorities, certificates, 0, 0, 0);
  }

  private Gate gate(AccessSettings settings) throws IOException {
    return CheckedGate.open(settings, now::get, nanos::get);
  }

  private static Credentials token(String token) {
    return new Credentials("Bearer " + token, List.of(), ADDRESS);
  }

  private static Credentials certificate(X509Certificate... certificates) {
    return new Credentials(null, List.of(certificates), ADDRESS);
  }

  private static Denial denial(Admission admission) {
    return ((Denied) admission).denial();
  }

  @Test
  void letsEverybodyInWhereNothingIsAskedFor() throws Exception {
    assertThat(gate(settings(null, null, null, Map.of()))).isSameAs(Gate.OPEN);
  }

  @ParameterizedTest
  @CsvSource({
    "0123456789abcdef, NONE, true",
    "0123456789abcdef, ASSIGN, true",
    "0123456789abcdef, RELEASE, true",
    "0123456789abcdef, RENEW, true",
    "0123456789abcdef, VIEW, false",
    "0123456789abcdef, OPERATE, false",
    "vera's own token, VIEW, true",
    "vera's own token, ASSIGN, false",
    "vera's own token, OPERATE, false",
  })
  void aTokenMayDoWhatItsRoleIncludes(String token, Right right, boolean may) throws Exception {
    Admission admission = gate(settings(tokens, null, null, Map.of())).admit(token(token), right);

    if (may) {
      assertThat(admission).isInstanceOf(Admitted.class);
    } else {
      assertThat(denial(admission)).isEqualTo(Denial.MISSING_ROLE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer nobody's",
        "Basic Z2F0ZXdheTo=",
        "0123456789abcdef"
      })
  void refusesWhatIsNoTokenOfItsOwn(String authorization) throws Exception {
    Admission admission =
        gate(settings(tokens, null, null, Map.of()))
            .admit(new Credentials(authorization, List.of(), ADDRESS), Right.ASSIGN);

    assertThat(denial(admission)).isEqualTo(Denial.BAD_TOKEN);
    assertThat(((Denied) admission).why()).doesNotContain(GATEWAY);
  }

  @Test
  void saysHowToShowATokenWhereThereIsNone() throws Exception {
    Admission admission =
        gate(settings(tokens, null, null, Map.of())).admit(certificate(), Right.VIEW);

    assertThat(admission)
        .isEqualTo(
            new Denied(
                Denial.NO_CREDENTIALS,
                "a token is needed; show one as 'authorization: Bearer TOKEN'"));
  }

  @Test
  void namesTheCallerAndWhatItMayNot() throws Exception {
    Admission admission =
        gate(settings(tokens, null, null, Map.of())).admit(token(GATEWAY), Right.OPERATE);

    assertThat(((Denied) admission).why())
        .isEqualTo(
            "token gateway has the role caller, and may not operate: that takes the role operator");
  }

  @Test
  void aFileThatIsReadAgainHoldsAtOnceAndABrokenOneChangesNothing() throws Exception {
    CheckedGate gate = (CheckedGate) gate(settings(tokens, null, null, Map.of()));
    Files.writeString(tokens, "- {name: other, role: boss, token: abcdefghabcdefgh}");

    assertThatThrownBy(gate::reloadTokens)
        .isInstanceOf(IOException.class)
        .hasMessage("access.tokens: [0]: role: must be one of caller, viewer, operator, is boss");
    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN)).isInstanceOf(Admitted.class);

    Files.writeString(tokens, "- {name: other, role: operator, token: abcdefghabcdefgh}");
    gate.reloadTokens();

    assertThat(denial(gate.admit(token(GATEWAY), Right.ASSIGN))).isEqualTo(Denial.BAD_TOKEN);
    assertThat(gate.admit(token("abcdefghabcdefgh"), Right.OPERATE))
        .isEqualTo(new Admitted("token other"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                | must hold a list",
        "- {role: caller, token: abcdefghabcdefgh}         | [0]: name: must not be empty",
        "- {name: a, role: caller}                         | [0]: must have either sha256 or token",
        "- {name: a, role: caller, token: short}           | [0]: token: must have at least 16",
        "- {name: a, role: caller, sha256: xyz}            | [0]: sha256: must be 64 hexadecimal",
        "- {name: a, role: caller, tokn: abcdefghabcdefgh} | [0]: tokn: no such key",
        "- [                                               | is no YAML",
      })
  void saysWhatIsWrongWithAFileOfTokens(String yaml, String message) throws Exception {
    Files.writeString(tokens, yaml);

    assertThatThrownBy(() -> gate(settings(tokens, null, null, Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("access.tokens: ")
        .hasMessageContaining(message);
  }

  @Test
  void namesTheKeyOfAFileThatIsNotThere() {
    assertThatThrownBy(() -> gate(settings(folder.resolve("none.yaml"), null, null, Map.of())))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("access.tokens: cannot be read: ");
  }

  // JSON Web Tokens.

  private static final String ISSUER = "https://issuer.example.com";

  private final ECKey key = generated("one");

  private static ECKey generated(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private Gate webTokens() throws Exception {
    Path keys = folder.resolve("keys.json");
    Files.writeString(keys, new JWKSet(key.toPublicJWK()).toString());
    return gate(
        settings(tokens, new AccessSettings.Jwt(keys, ISSUER, "scaler", "role"), null, Map.of()));
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject("gateway-7")
        .issuer(ISSUER)
        .audience("scaler")
        .expirationTime(Date.from(NOW.plusSeconds(60)))
        .claim("role", "caller");
  }

  private static String signed(ECKey with, JWTClaimsSet claims) throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(with.getKeyID()).build(), claims);
    token.sign(new ECDSASigner(with));
    return token.serialize();
  }

  @Test
  void aWebTokenCountsUntilItExpires() throws Exception {
    Gate gate = webTokens();
    Credentials shown = token(signed(key, claims().build()));

    assertThat(gate.admit(shown, Right.ASSIGN)).isEqualTo(new Admitted("token gateway-7"));
    assertThat(gate.admit(shown, Right.ASSIGN)).isEqualTo(new Admitted("token gateway-7"));
    assertThat(denial(gate.admit(shown, Right.VIEW))).isEqualTo(Denial.MISSING_ROLE);

    now.set(NOW.plus(Duration.ofMinutes(5)));
    assertThat(gate.admit(shown, Right.ASSIGN))
        .isEqualTo(new Denied(Denial.EXPIRED_TOKEN, "the token has expired"));
    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN)).isInstanceOf(Admitted.class);
  }

  @Test
  void oneFileThatIsBrokenKeepsNoOtherFromBeingReadAgain() throws Exception {
    CheckedGate gate = (CheckedGate) webTokens();
    Files.writeString(tokens, "- [");
    ECKey renewed = generated("two");
    Files.writeString(folder.resolve("keys.json"), new JWKSet(renewed.toPublicJWK()).toString());

    assertThatThrownBy(gate::reloadTokens).isInstanceOf(IOException.class);
    gate.reloadKeys();

    assertThat(gate.admit(token(signed(renewed, claims().build())), Right.ASSIGN))
        .isInstanceOf(Admitted.class);
    assertThat(denial(gate.admit(token(signed(key, claims().build())), Right.ASSIGN)))
        .isEqualTo(Denial.BAD_TOKEN);
    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN)).isInstanceOf(Admitted.class);
  }

  @Test
  void aWebTokenMayHaveSeveralRolesAndWordsThatAreNone() throws Exception {
    Credentials shown =
        token(signed(key, claims().claim("role", List.of("admin", "viewer", "caller")).build()));
    Gate gate = webTokens();

    assertThat(gate.admit(shown, Right.ASSIGN)).isInstanceOf(Admitted.class);
    assertThat(gate.admit(shown, Right.VIEW)).isInstanceOf(Admitted.class);
    assertThat(denial(gate.admit(shown, Right.OPERATE))).isEqualTo(Denial.MISSING_ROLE);
  }

  @Test
  void aWebTokenWithoutARoleMayDoNothing() throws Exception {
    Admission admission =
        webTokens().admit(token(signed(key, claims().claim("role", null).build())), Right.ASSIGN);

    assertThat(admission)
        .isEqualTo(
            new Denied(
                Denial.MISSING_ROLE,
                "token gateway-7 has no role, and may not assign: that takes the role caller or"
                    + " operator"));
  }

  @Test
  void refusesWebTokensThatAreNotMeantForIt() throws Exception {
    Gate gate = webTokens();
    List<String> bad =
        List.of(
            signed(key, claims().issuer("https://other.example.com").build()),
            signed(key, claims().audience("other").build()),
            signed(key, claims().expirationTime(null).build()),
            signed(key, claims().subject(null).build()),
            signed(key, claims().notBeforeTime(Date.from(NOW.plusSeconds(300))).build()),
            signed(generated("one"), claims().build()),
            signed(generated("two"), claims().build()),
            new PlainJWT(claims().build()).serialize(),
            symmetric(),
            "a.b.c",
            "nothing");

    assertThat(bad)
        .allSatisfy(
            each ->
                assertThat(denial(gate.admit(token(each), Right.ASSIGN)))
                    .isEqualTo(Denial.BAD_TOKEN));
  }

  /** Signed with what everybody knows of the key. */
  private String symmetric() throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims().build());
    token.sign(new MACSigner(key.toECPublicKey().getEncoded()));
    return token.serialize();
  }

  // Certificates.

  private static final Map<String, Role> ROLES =
      Map.of(
          "spiffe://test/CN=gateway",
          Role.CALLER,
          "spiffe://test/CN=ops",
          Role.OPERATOR,
          "*",
          Role.VIEWER);

  @Test
  void aCertificateHasTheRoleOfOneOfItsNames() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Gate gate = gate(settings(null, null, authority.file(), ROLES));
    X509Certificate gateway = authority.issue("gateway").certificate();
    X509Certificate ops = authority.issue("ops").certificate();
    X509Certificate other = authority.issue("other").certificate();

    assertThat(gate.admit(certificate(gateway), Right.ASSIGN))
        .isEqualTo(new Admitted("certificate CN=gateway"));
    assertThat(denial(gate.admit(certificate(gateway), Right.VIEW))).isEqualTo(Denial.MISSING_ROLE);
    assertThat(gate.admit(certificate(ops), Right.OPERATE)).isInstanceOf(Admitted.class);
    assertThat(gate.admit(certificate(other), Right.VIEW)).isInstanceOf(Admitted.class);
    assertThat(denial(gate.admit(certificate(), Right.VIEW))).isEqualTo(Denial.NO_CREDENTIALS);
  }

  @Test
  void aCommonNameCountsOnlyWhereThereIsNoOther() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Gate gate = gate(settings(null, null, authority.file(), Map.of("ops", Role.OPERATOR)));

    assertThat(
            gate.admit(
                certificate(authority.issueWithoutOtherNames("ops").certificate()), Right.OPERATE))
        .isInstanceOf(Admitted.class);
    assertThat(denial(gate.admit(certificate(authority.issue("ops").certificate()), Right.OPERATE)))
        .isEqualTo(Denial.MISSING_ROLE);
  }

  @Test
  void aCertificateHasNoRoleThatNobodyHasGivenIt() throws Exception {
    Authority authority = new Authority(folder, "authority");
    X509Certificate any = authority.issue("any").certificate();

    assertThat(
            gate(settings(null, null, authority.file(), Map.of()))
                .admit(certificate(any), Right.VIEW))
        .isEqualTo(
            new Denied(
                Denial.MISSING_ROLE,
                "certificate CN=any has no role, and may not look: that takes the role viewer or"
                    + " operator"));
    assertThat(
            gate(settings(null, null, authority.file(), Map.of("*", Role.OPERATOR)))
                .admit(certificate(any), Right.OPERATE))
        .isInstanceOf(Admitted.class);
    assertThat(
            denial(
                gate(settings(tokens, null, authority.file(), Map.of()))
                    .admit(certificate(any), Right.VIEW)))
        .isEqualTo(Denial.NO_CREDENTIALS);
  }

  @Test
  void aTokenGoesOverACertificateButIsNotEnoughWithoutOne() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Gate gate = gate(settings(tokens, null, authority.file(), ROLES));
    X509Certificate ops = authority.issue("ops").certificate();

    assertThat(
            gate.admit(new Credentials("Bearer " + GATEWAY, List.of(ops), ADDRESS), Right.ASSIGN))
        .isEqualTo(new Admitted("token gateway"));
    assertThat(denial(gate.admit(token(GATEWAY), Right.ASSIGN))).isEqualTo(Denial.NO_CREDENTIALS);
  }

  @Test
  void refusesCertificatesOfOthersAndOfOtherTimes() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Authority other = new Authority(folder, "other");
    Gate gate = gate(settings(null, null, authority.file(), ROLES));
    X509Certificate unknown = other.issue("gateway").certificate();
    X509Certificate ends =
        authority.issue("gateway", NOW.minusSeconds(60), NOW.plusSeconds(30)).certificate();
    X509Certificate later =
        authority.issue("gateway", NOW.plusSeconds(60), NOW.plusSeconds(90)).certificate();

    assertThat(gate.admit(certificate(unknown), Right.ASSIGN))
        .isEqualTo(
            new Denied(
                Denial.BAD_CERTIFICATE,
                "certificate CN=gateway was not signed by one of tls.client-authorities"));
    assertThat(denial(gate.admit(certificate(later), Right.ASSIGN)))
        .isEqualTo(Denial.BAD_CERTIFICATE);
    assertThat(gate.admit(certificate(ends), Right.ASSIGN)).isInstanceOf(Admitted.class);

    now.set(NOW.plusSeconds(31));
    assertThat(gate.admit(certificate(ends), Right.ASSIGN))
        .isEqualTo(new Denied(Denial.EXPIRED_CERTIFICATE, "certificate CN=gateway has expired"));
  }

  // Limits.

  private Gate limited(Path tokens, int perSecond, int burst) throws IOException {
    return gate(new AccessSettings(tokens, null, null, Map.of(), perSecond, burst, 0));
  }

  @Test
  void whoeverCallsTooOftenIsToldWhenToComeAgainAndNobodyElse() throws Exception {
    Gate gate = limited(tokens, 10, 2);
    Credentials vera = token("vera's own token");

    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN)).isInstanceOf(Admitted.class);
    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN)).isInstanceOf(Admitted.class);
    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN))
        .isEqualTo(
            new Denied(
                Denial.TOO_MANY_CALLS,
                "token gateway may assign 10 times a second (access.calls-per-second)",
                Duration.ofMillis(100)));
    assertThat(gate.admit(vera, Right.VIEW)).isInstanceOf(Admitted.class);

    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN)).isInstanceOf(Admitted.class);
    assertThat(denial(gate.admit(token(GATEWAY), Right.ASSIGN))).isEqualTo(Denial.TOO_MANY_CALLS);
  }

  @Test
  void whoeverAskedTooOftenCanStillGiveBackAndAskForHealth() throws Exception {
    Gate gate = limited(tokens, 1, 1);
    gate.admit(token(GATEWAY), Right.ASSIGN);

    assertThat(denial(gate.admit(token(GATEWAY), Right.ASSIGN))).isEqualTo(Denial.TOO_MANY_CALLS);
    for (int i = 0; i < 100; i++) {
      assertThat(gate.admit(token(GATEWAY), Right.RELEASE)).isInstanceOf(Admitted.class);
      assertThat(gate.admit(token(GATEWAY), Right.NONE)).isInstanceOf(Admitted.class);
    }
  }

  private CheckedGate wary(Path authorities) throws Exception {
    Path keys = folder.resolve("keys.json");
    Files.writeString(keys, new JWKSet(key.toPublicJWK()).toString());
    return (CheckedGate)
        gate(
            new AccessSettings(
                authorities == null ? tokens : null,
                authorities == null ? new AccessSettings.Jwt(keys, ISSUER, "scaler", "role") : null,
                authorities,
                ROLES,
                0,
                0,
                5));
  }

  @Test
  void anAddressThatShowsTooMuchThatDoesNotCountIsNotLookedAtForAWhile() throws Exception {
    Gate gate = wary(null);
    for (int i = 0; i < 10; i++) {
      assertThat(denial(gate.admit(token("nobody " + i), Right.ASSIGN)))
          .isEqualTo(Denial.BAD_TOKEN);
    }
    Credentials fresh = token(signed(key, claims().build()));

    Denied refused =
        new Denied(
            Denial.TOO_MANY_CALLS,
            "too many calls from 10.0.0.7 showed nothing that counts (access.denials-per-second)",
            Duration.ofMillis(200));
    assertThat(gate.admit(token("nobody"), Right.ASSIGN)).isEqualTo(refused);
    assertThat(gate.admit(certificate(), Right.ASSIGN)).isEqualTo(refused);
    assertThat(gate.admit(fresh, Right.ASSIGN)).isEqualTo(refused);
    assertThat(gate.admit(certificate(), Right.NONE)).isInstanceOf(Admitted.class);
    assertThat(
            gate.admit(new Credentials(fresh.authorization(), List.of(), "10.0.0.8"), Right.ASSIGN))
        .as("from elsewhere")
        .isInstanceOf(Admitted.class);

    nanos.addAndGet(Duration.ofMillis(200).toNanos());
    assertThat(denial(gate.admit(token("nobody"), Right.ASSIGN))).isEqualTo(Denial.BAD_TOKEN);
    assertThat(gate.admit(token("nobody"), Right.ASSIGN)).isEqualTo(refused);
  }

  @Test
  void whoIsKnownToBeGoodIsServedWhereverOthersFloodFrom() throws Exception {
    Gate gate = wary(null);
    Credentials known = token(signed(key, claims().build()));
    assertThat(gate.admit(known, Right.ASSIGN)).isInstanceOf(Admitted.class);
    for (int i = 0; i < 100; i++) {
      gate.admit(token("nobody " + i), Right.ASSIGN);
    }

    assertThat(denial(gate.admit(token("nobody"), Right.ASSIGN))).isEqualTo(Denial.TOO_MANY_CALLS);
    assertThat(gate.admit(known, Right.ASSIGN)).isEqualTo(new Admitted("token gateway-7"));
    assertThat(gate.admit(token(GATEWAY), Right.ASSIGN)).isEqualTo(new Admitted("token gateway"));
  }

  @Test
  void aCertificateThatIsKnownIsServedToo() throws Exception {
    Authority authority = new Authority(folder, "authority");
    Gate gate = wary(authority.file());
    X509Certificate gateway = authority.issue("gateway").certificate();
    X509Certificate unknown = new Authority(folder, "other").issue("gateway").certificate();
    assertThat(gate.admit(certificate(gateway), Right.ASSIGN)).isInstanceOf(Admitted.class);
    for (int i = 0; i < 10; i++) {
      assertThat(denial(gate.admit(certificate(unknown), Right.ASSIGN)))
          .isEqualTo(Denial.BAD_CERTIFICATE);
    }

    assertThat(denial(gate.admit(certificate(unknown), Right.ASSIGN)))
        .isEqualTo(Denial.TOO_MANY_CALLS);
    assertThat(gate.admit(certificate(gateway), Right.ASSIGN)).isInstanceOf(Admitted.class);
  }

  @Test
  void addressesOfOneNetworkCountAsOne() throws Exception {
    Gate gate = wary(null);
    for (int i = 0; i < 10; i++) {
      gate.admit(new Credentials(null, List.of(), "2001:db8:0:1:0:0:0:" + i), Right.ASSIGN);
    }

    assertThat(
            denial(
                gate.admit(new Credentials(null, List.of(), "2001:db8:0:1:f:f:f:f"), Right.VIEW)))
        .isEqualTo(Denial.TOO_MANY_CALLS);
    assertThat(
            denial(
                gate.admit(new Credentials(null, List.of(), "2001:db8:0:2:f:f:f:f"), Right.VIEW)))
        .isEqualTo(Denial.NO_CREDENTIALS);
  }

  @Test
  void whatDoesNotCountIsNotCheckedAgainForSecondsUnlessAFileChanges() throws Exception {
    CheckedGate gate = wary(null);
    Credentials later =
        token(signed(key, claims().notBeforeTime(Date.from(NOW.plusSeconds(60))).build()));
    assertThat(denial(gate.admit(later, Right.ASSIGN))).isEqualTo(Denial.BAD_TOKEN);
    now.set(NOW.plusSeconds(40));

    assertThat(denial(gate.admit(later, Right.ASSIGN))).as("as before").isEqualTo(Denial.BAD_TOKEN);
    nanos.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(gate.admit(later, Right.ASSIGN)).isInstanceOf(Admitted.class);

    assertThat(denial(gate.admit(token("abcdefghabcdefgh"), Right.VIEW)))
        .isEqualTo(Denial.BAD_TOKEN);
    Files.writeString(tokens, "- {name: other, role: viewer, token: abcdefghabcdefgh}");
    gate.reloadTokens();
    assertThat(gate.admit(token("abcdefghabcdefgh"), Right.VIEW)).isInstanceOf(Admitted.class);
  }

  @Test
  void renewalsHaveALargerBudgetOfTheirOwn() throws Exception {
    Gate gate = limited(tokens, 2, 2);
    gate.admit(token(GATEWAY), Right.ASSIGN);
    gate.admit(token(GATEWAY), Right.ASSIGN);
    for (int i = 0; i < 20; i++) {
      assertThat(gate.admit(token(GATEWAY), Right.RENEW)).isInstanceOf(Admitted.class);
    }

    assertThat(gate.admit(token(GATEWAY), Right.RENEW))
        .isEqualTo(
            new Denied(
                Denial.TOO_MANY_CALLS,
                "token gateway may renew 20 times a second (access.calls-per-second)",
                Duration.ofMillis(50)));
    assertThat(gate.admit(token(GATEWAY), Right.RELEASE)).isInstanceOf(Admitted.class);
  }

  @Test
  void addressesAreToldApartWhereNobodySaysMore() throws Exception {
    Gate gate = limited(null, 1, 1);
    Credentials other = new Credentials(null, List.of(), "10.0.0.8");

    assertThat(gate.admit(certificate(), Right.OPERATE))
        .isEqualTo(new Admitted("address " + ADDRESS));
    assertThat(denial(gate.admit(certificate(), Right.OPERATE))).isEqualTo(Denial.TOO_MANY_CALLS);
    assertThat(gate.admit(other, Right.OPERATE)).isInstanceOf(Admitted.class);
  }
}
