package io.scaler.node;

import static org.awaitility.Awaitility.await;

import com.google.rpc.ErrorInfo;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Function;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import serverless.simulator.Meta;

/** A node that wants tokens and encrypts, and who calls it. */
abstract class SecuredNode {
  static final String GATEWAY = "gateway-0123456789";
  static final String FLOOD = "flooding-0123456789";
  static final String VERA = "vera-0123456789abc";
  static final String LEA = "lea-0123456789abcd";
  static final int CALLS_PER_SECOND = 100;
  static final int CONNECTIONS_PER_ADDRESS = 150;
  static final AtomicInteger REQUESTS = new AtomicInteger();

  @TempDir static Path folder;
  static Authority authority;
  static Issued own;
  static Path tokens;
  static ECKey signer;
  static Node node;
  static ChannelCredentials trusting;
  static HttpClient http;

  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    authority = new Authority(folder, "authority");
    own = authority.issue("node");
    tokens = folder.resolve("tokens.yaml");
    writeTokens("");
    signer = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    Path keys = folder.resolve("keys.json");
    Files.writeString(keys, new JWKSet(signer.toPublicJWK()).toString());
    node =
        Node.start(
            LocalNodes.settings(
                "tls.certificate=" + own.file(),
                "tls.key=" + own.keyFile(),
                "access.tokens=" + tokens,
                "access.jwt.keys=" + keys,
                "access.jwt.issuer=https://issuer.example.com",
                "access.jwt.audience=scaler",
                "access.calls-per-second=" + CALLS_PER_SECOND,
                "access.denials-per-second=500",
                "grpc.max-connections-per-address=" + CONNECTIONS_PER_ADDRESS,
                "grpc.max-message=64KB"));
    trusting = TlsChannelCredentials.newBuilder().trustManager(authority.file().toFile()).build();
    http = HttpClient.newBuilder().sslContext(authority.trusted(null)).build();
    await().until(node::isReady);
  }

  static void writeTokens(String more) throws IOException {
    Files.writeString(
        tokens,
        """
        - {name: gateway, role: caller, token: %s}
        - {name: flood, role: caller, token: %s}
        - {name: vera, role: viewer, token: %s}
        - {name: lea, role: operator, token: %s}
        %s
        """
            .formatted(GATEWAY, FLOOD, VERA, LEA, more));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  ManagedChannel channel(ChannelCredentials credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", node.port(), credentials).build();
    channels.add(channel);
    return channel;
  }

  io.grpc.Channel as(String token) {
    return with("Bearer " + token);
  }

  io.grpc.Channel with(String authorization) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return ClientInterceptors.intercept(
        channel(trusting), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static AssignRequest request() {
    return AssignRequest.newBuilder()
        .setRequestId("r" + REQUESTS.incrementAndGet())
        .setFunction(Function.newBuilder().setKey("f").setMemoryMb(64))
        .build();
  }

  static String reason(StatusRuntimeException refused) throws Exception {
    return StatusProto.fromThrowable(refused).getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  static String token(JWTClaimsSet.Builder claims) throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(signer.getKeyID()).build(),
            claims.build());
    token.sign(new ECDSASigner(signer));
    return token.serialize();
  }

  static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject("someone")
        .issuer("https://issuer.example.com")
        .audience("scaler")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
        .claim("role", "caller");
  }

  static HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + node.httpPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  static double refusals(String reason) throws Exception {
    String series = "scaler_calls_refused_total{reason=\"" + reason + "\"} ";
    return get("/metrics", "Authorization", "Bearer " + VERA)
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow();
  }

  static serverless.simulator.AssignRequest contestRequest() {
    return serverless.simulator.AssignRequest.newBuilder()
        .setRequestId("r" + REQUESTS.incrementAndGet())
        .setMetaData(Meta.newBuilder().setKey("f").setMemoryInMb(64))
        .build();
  }
}
