package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Durations;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
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
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetUsageRequest;
import io.scaler.v1.ListOverridesRequest;
import io.scaler.v1.PlatformGrpc;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReloadRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import serverless.simulator.Meta;

/** A node that wants tokens, over encrypted connections. */
@Timeout(120)
class AccessTest {
  private static final String GATEWAY = "gateway-0123456789";
  private static final String FLOOD = "flooding-0123456789";
  private static final String VERA = "vera-0123456789abc";
  private static final String LEA = "lea-0123456789abcd";
  private static final int CALLS_PER_SECOND = 100;
  private static final int CALLS_MEASURED = 90;
  private static final int MOST_TIMES_SLOWER = 20;
  private static final int CONNECTIONS_PER_ADDRESS = 150;
  private static final AtomicInteger REQUESTS = new AtomicInteger();

  @TempDir private static Path folder;
  private static Authority authority;
  private static Issued own;
  private static Path tokens;
  private static ECKey signer;
  private static Node node;
  private static ChannelCredentials trusting;
  private static HttpClient http;

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

  private static void writeTokens(String more) throws IOException {
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

  private ManagedChannel channel(ChannelCredentials credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", node.port(), credentials).build();
    channels.add(channel);
    return channel;
  }

  private io.grpc.Channel as(String token) {
    return with("Bearer " + token);
  }

  private io.grpc.Channel with(String authorization) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return ClientInterceptors.intercept(
        channel(trusting), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static AssignRequest request() {
    return AssignRequest.newBuilder()
        .setRequestId("r" + REQUESTS.incrementAndGet())
        .setFunction(Function.newBuilder().setKey("f").setMemoryMb(64))
        .build();
  }

  private static StatusRuntimeException refused(io.grpc.Channel channel) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> ScalerGrpc.newBlockingStub(channel).assign(request()));
  }

  private static String reason(StatusRuntimeException refused) throws Exception {
    return StatusProto.fromThrowable(refused).getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  private static String token(JWTClaimsSet.Builder claims) throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(signer.getKeyID()).build(),
            claims.build());
    token.sign(new ECDSASigner(signer));
    return token.serialize();
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject("someone")
        .issuer("https://issuer.example.com")
        .audience("scaler")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
        .claim("role", "caller");
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + node.httpPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static double refusals(String reason) throws Exception {
    String series = "scaler_calls_refused_total{reason=\"" + reason + "\"} ";
    return get("/metrics", "Authorization", "Bearer " + VERA)
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aGatewayIsServedInBothContracts() {
    Assignment held = ScalerGrpc.newBlockingStub(as(GATEWAY)).assign(request()).getAssignment();
    ScalerGrpc.newBlockingStub(as(GATEWAY))
        .release(ReleaseRequest.newBuilder().setAssignment(held).build());

    assertThat(
            serverless.simulator.ScalerGrpc.newBlockingStub(as(GATEWAY))
                .assign(contestRequest())
                .getStatus())
        .isEqualTo(serverless.simulator.Status.Ok);
  }

  private static serverless.simulator.AssignRequest contestRequest() {
    return serverless.simulator.AssignRequest.newBuilder()
        .setRequestId("r" + REQUESTS.incrementAndGet())
        .setMetaData(Meta.newBuilder().setKey("f").setMemoryInMb(64))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    GATEWAY + ", OK, PERMISSION_DENIED, PERMISSION_DENIED",
    VERA + ", PERMISSION_DENIED, OK, PERMISSION_DENIED",
    LEA + ", OK, OK, OK",
    "nobody-0123456789a, UNAUTHENTICATED, UNAUTHENTICATED, UNAUTHENTICATED"
  })
  void eachRoleMayDoItsOwn(String token, Code assign, Code look, Code operate) {
    io.grpc.Channel channel = as(token);

    assertThat(code(() -> ScalerGrpc.newBlockingStub(channel).assign(request()))).isEqualTo(assign);
    var admin = ScalerAdminGrpc.newBlockingStub(channel);
    assertThat(code(() -> admin.getStatus(GetStatusRequest.getDefaultInstance()))).isEqualTo(look);
    assertThat(code(() -> admin.listOverrides(ListOverridesRequest.getDefaultInstance())))
        .isEqualTo(look);
    assertThat(
            code(
                () ->
                    PlatformGrpc.newBlockingStub(channel)
                        .getUsage(GetUsageRequest.getDefaultInstance())))
        .isEqualTo(look);
    assertThat(code(() -> admin.reload(ReloadRequest.getDefaultInstance()))).isEqualTo(operate);
  }

  private static Code code(Runnable call) {
    try {
      call.run();
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void healthIsForEverybody() throws Exception {
    assertThat(
            HealthGrpc.newBlockingStub(channel(trusting))
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void whoeverShowsNothingIsToldWhatToShow() throws Exception {
    double before = refusals("no_credentials");
    StatusRuntimeException refused = refused(channel(trusting));

    assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refused.getStatus().getDescription())
        .isEqualTo("a token is needed; show one as 'authorization: Bearer TOKEN'");
    assertThat(reason(refused)).isEqualTo("UNAUTHENTICATED");
    assertThat(refusals("no_credentials")).isEqualTo(before + 1);
  }

  @Test
  void webTokensCountUntilTheyExpire() throws Exception {
    assertThat(ScalerGrpc.newBlockingStub(as(token(claims()))).assign(request()).hasAssignment())
        .isTrue();

    double before = refusals("expired_token");
    StatusRuntimeException expired =
        refused(as(token(claims().expirationTime(Date.from(Instant.now().minusSeconds(600))))));
    assertThat(expired).hasMessage("UNAUTHENTICATED: the token has expired");
    assertThat(refusals("expired_token")).isEqualTo(before + 1);
  }

  @Test
  void badTokensAreRefusedInWordsAndNobodyElseIs() throws Exception {
    double before = refusals("bad_token");

    assertThat(refused(as("a.b.c")).getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refused(as(token(claims().audience("other")))))
        .hasMessageStartingWith("UNAUTHENTICATED: the token does not count: ");
    assertThat(refused(with("Basic Z2F0ZXdheTo=")))
        .hasMessageStartingWith("UNAUTHENTICATED: the authorization is no bearer token");
    assertThat(refused(as(token(claims().claim("role", "boss")))))
        .hasMessage(
            "PERMISSION_DENIED: token someone has no role, and may not assign: that takes the"
                + " role caller or operator");

    assertThat(refusals("bad_token")).isEqualTo(before + 3);
    assertThat(ScalerGrpc.newBlockingStub(as(GATEWAY)).assign(request()).hasAssignment()).isTrue();
  }

  @Test
  void aMessageThatIsTooLargeIsRefusedAndCounted() throws Exception {
    double before = refusals("message_too_large");
    ScalerGrpc.ScalerBlockingStub gateway = ScalerGrpc.newBlockingStub(as(GATEWAY));

    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                gateway.assign(
                    AssignRequest.newBuilder().setRequestId("x".repeat(70_000)).build()));

    assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getStatus().getDescription()).contains("maximum size 65536");
    await().untilAsserted(() -> assertThat(refusals("message_too_large")).isEqualTo(before + 1));
    assertThat(gateway.assign(request()).hasAssignment()).isTrue();
  }

  @Test
  void oneThatFloodsIsToldWhenToComeAgain() throws Exception {
    double before = refusals("too_many_calls");
    ScalerGrpc.ScalerFutureStub flooding = ScalerGrpc.newFutureStub(as(FLOOD));
    AssignRequest same = request();
    List<Future<?>> flood = new ArrayList<>();
    for (int i = 0; i < 5 * CALLS_PER_SECOND; i++) {
      flood.add(flooding.assign(same));
    }

    List<StatusRuntimeException> refused = new ArrayList<>();
    for (Future<?> call : flood) {
      try {
        call.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        refused.add((StatusRuntimeException) e.getCause());
      }
    }
    assertThat(refused).isNotEmpty().hasSizeLessThan(5 * CALLS_PER_SECOND);
    for (StatusRuntimeException each : refused) {
      assertThat(each.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(reason(each)).isEqualTo("TOO_MANY_CALLS");
      RetryInfo retry = StatusProto.fromThrowable(each).getDetails(1).unpack(RetryInfo.class);
      assertThat(Durations.toNanos(retry.getRetryDelay())).isPositive();
    }
    assertThat(refusals("too_many_calls")).isEqualTo(before + refused.size());
  }

  /** Calls with too many tokens that count, with tokens that do not, and with too much in them. */
  @Test
  void oneThatFloodsDoesNotMakeAnotherWait() throws Exception {
    measured(known("warm"));
    long quiet = measured(known("quiet"));
    ScalerGrpc.ScalerBlockingStub other = known("flooded");
    AssignRequest same = request();
    AssignRequest large = AssignRequest.newBuilder().setRequestId("x".repeat(70_000)).build();
    Flood flood = new Flood();
    List<Thread> threads =
        List.of(
            flood.start(ScalerGrpc.newFutureStub(as(FLOOD)), same),
            flood.start(ScalerGrpc.newFutureStub(as("nobody-0123456789a")), same),
            flood.start(ScalerGrpc.newFutureStub(as(FLOOD)), large));
    await().until(() -> flood.ended.get() > 20 * CALLS_PER_SECOND);

    long before = flood.ended.get();
    long flooded = measured(other);
    long during = flood.ended.get() - before;
    flood.goesOn = false;
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(during).as("calls of the flood meanwhile").isGreaterThan(CALLS_MEASURED);
    assertNotMuchSlower(flooded, quiet);
  }

  /** All that an address may have, and one after the other that is closed for that. */
  @Test
  void anAddressThatFloodsWithConnectionsDoesNotKeepOthersOut() throws Exception {
    double before = refusals("too_many_connections_per_address");
    measured(known("warm-connections"));
    long quiet = measured(known("quiet-connections"));
    ScalerGrpc.ScalerBlockingStub other = known("flooded-connections");
    AtomicLong tried = new AtomicLong();
    AtomicBoolean goesOn = new AtomicBoolean(true);
    Thread flood = new Thread(() -> connect(tried, goesOn), "flood");
    flood.start();
    await().until(() -> tried.get() > 2 * CONNECTIONS_PER_ADDRESS);

    long triedBefore = tried.get();
    long flooded = measured(other);
    long during = tried.get() - triedBefore;
    goesOn.set(false);
    flood.join();

    assertThat(during).as("connections of the flood meanwhile").isPositive();
    assertNotMuchSlower(flooded, quiet);
    assertThat(refusals("too_many_connections_per_address")).isGreaterThan(before);
    assertThat(refusals("too_many_connections")).isZero();
  }

  /** From an address that nobody else calls from; says nothing and never closes one. */
  private static void connect(AtomicLong tried, AtomicBoolean goesOn) {
    List<Socket> open = new ArrayList<>();
    try {
      InetAddress from = InetAddress.getByName("127.0.0.9");
      while (goesOn.get()) {
        Socket socket = new Socket("127.0.0.1", node.port(), from, 0);
        open.add(socket);
        if (open.size() > 2 * CONNECTIONS_PER_ADDRESS) {
          open.remove(CONNECTIONS_PER_ADDRESS).close();
        }
        tried.incrementAndGet();
      }
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertNotMuchSlower(long flooded, long quiet) {
    assertThat(flooded)
        .as("ns within which 9 of 10 calls are answered; %d without the flood", quiet)
        .isLessThan(MOST_TIMES_SLOWER * Math.max(quiet, TimeUnit.MILLISECONDS.toNanos(5)));
  }

  /** A caller whose token has been looked at: while its address is denied much, no new one is. */
  private ScalerGrpc.ScalerBlockingStub known(String caller) throws Exception {
    ScalerGrpc.ScalerBlockingStub stub =
        ScalerGrpc.newBlockingStub(as(token(claims().subject(caller))));
    assertThat(stub.assign(request()).hasAssignment()).isTrue();
    return stub;
  }

  /** How long the slowest but a tenth took of calls that all must succeed, in ns. */
  private static long measured(ScalerGrpc.ScalerBlockingStub stub) {
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < CALLS_MEASURED; i++) {
      long begun = System.nanoTime();
      assertThat(stub.withDeadlineAfter(30, TimeUnit.SECONDS).assign(request()).hasAssignment())
          .isTrue();
      took.add(System.nanoTime() - begun);
    }
    took.sort(null);
    return took.get(CALLS_MEASURED * 9 / 10);
  }

  /** Callers that keep many calls open and do not care what becomes of them. */
  private static final class Flood {
    private static final int OPEN = 50;

    final AtomicLong ended = new AtomicLong();
    volatile boolean goesOn = true;

    Thread start(ScalerGrpc.ScalerFutureStub stub, AssignRequest request) {
      Thread thread = new Thread(() -> run(stub, request), "flood");
      thread.start();
      return thread;
    }

    private void run(ScalerGrpc.ScalerFutureStub stub, AssignRequest request) {
      Semaphore open = new Semaphore(OPEN);
      while (goesOn) {
        open.acquireUninterruptibly();
        stub.assign(request)
            .addListener(
                () -> {
                  ended.incrementAndGet();
                  open.release();
                },
                Runnable::run);
      }
      open.acquireUninterruptibly(OPEN);
    }
  }

  @Test
  void theContestsCallersAreToldOfTheLimitInItsOwnWords() throws Exception {
    String token = token(claims().subject("contestant"));
    var flooding = serverless.simulator.ScalerGrpc.newFutureStub(as(token));
    serverless.simulator.AssignRequest same = contestRequest();
    List<Future<serverless.simulator.AssignReply>> flood = new ArrayList<>();
    for (int i = 0; i < 5 * CALLS_PER_SECOND; i++) {
      flood.add(flooding.assign(same));
    }

    List<serverless.simulator.AssignReply> throttled = new ArrayList<>();
    for (Future<serverless.simulator.AssignReply> call : flood) {
      serverless.simulator.AssignReply reply = call.get(30, TimeUnit.SECONDS);
      if (reply.getStatus() == serverless.simulator.Status.Throttle) {
        throttled.add(reply);
      }
    }

    assertThat(throttled).isNotEmpty().hasSizeLessThan(5 * CALLS_PER_SECOND);
    assertThat(throttled.get(0).getErrorMessage())
        .startsWith("token contestant may assign 100 times a second")
        .contains("; repeat after ");
  }

  @Test
  void whoeverDoesNotEncryptIsNotServed() throws Exception {
    assertThat(refused(channel(InsecureChannelCredentials.create())).getStatus().getCode())
        .isEqualTo(Code.UNAVAILABLE);

    assertThat(
            catchThrowableOfType(
                IOException.class,
                () ->
                    http.send(
                        HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + node.httpPort() + "/health/ready"))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                        BodyHandlers.ofString())))
        .isNotNull();
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void thePageIsForEverybodyButWhatItTellsIsForViewers() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(200);
    assertThat(get("/page.js").statusCode()).isEqualTo(200);

    for (String path : List.of("/api/cluster", "/api/functions", "/metrics")) {
      HttpResponse<String> nobody = get(path);
      assertThat(nobody.statusCode()).as(path).isEqualTo(401);
      assertThat(nobody.headers().firstValue("WWW-Authenticate"))
          .contains("Bearer realm=\"scaler\"");
      assertThat(nobody.body())
          .contains("\"error\":\"a token is needed", "\"reason\":\"no_credentials\"");
      assertThat(get(path, "Authorization", "Bearer nothing").statusCode()).isEqualTo(401);
      HttpResponse<String> gateway = get(path, "Authorization", "Bearer " + GATEWAY);
      assertThat(gateway.statusCode()).isEqualTo(403);
      assertThat(gateway.body())
          .contains(
              "token gateway has the role caller, and may not look: that takes the role viewer or"
                  + " operator");
      assertThat(get(path, "Authorization", "Bearer " + VERA).statusCode()).isEqualTo(200);
      assertThat(get(path, "Authorization", "bearer " + LEA).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aTokenThatIsAddedToTheFileCountsWithinSeconds() throws Exception {
    String fresh = "fresh-0123456789ab";
    assertThat(refused(as(fresh)).getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);

    writeTokens("- {name: fresh, role: caller, token: " + fresh + "}");
    io.grpc.Channel channel = as(fresh);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> code(() -> ScalerGrpc.newBlockingStub(channel).assign(request())) == Code.OK);

    writeTokens("");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                code(() -> ScalerGrpc.newBlockingStub(channel).assign(request()))
                    == Code.UNAUTHENTICATED);
  }

  @Test
  void aRenewedCertificateIsShownWithinSecondsAndOpenConnectionsGoOn() throws Exception {
    ScalerGrpc.ScalerBlockingStub before = ScalerGrpc.newBlockingStub(as(GATEWAY));
    assertThat(before.assign(request()).hasAssignment()).isTrue();
    Issued renewed = authority.issue("node");

    renewed.replace(own);

    for (int port : List.of(node.port(), node.httpPort())) {
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(shownAt(port).getSerialNumber())
                      .isEqualTo(renewed.certificate().getSerialNumber()));
    }
    assertThat(before.assign(request()).hasAssignment()).isTrue();
    assertThat(ScalerGrpc.newBlockingStub(as(GATEWAY)).assign(request()).hasAssignment()).isTrue();
  }

  private static X509Certificate shownAt(int port) throws Exception {
    SSLContext context = authority.trusted(null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private record Run(int exitCode, String out) {}

  private static Run run(String... arguments) {
    var out = new StringWriter();
    CommandLine main = Main.commandLine();
    main.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    return new Run(main.execute(arguments), out.toString());
  }

  @Test
  void theCommandsShowATokenAndTrustWhomTheyAreTold() throws Exception {
    String scaler = "127.0.0.1:" + node.port();
    String ca = authority.file().toString();
    Path file = folder.resolve("vera.token");
    Files.writeString(file, VERA + "\n");

    assertThat(run("status", "--scaler", scaler, "--ca", ca, "--token-file", file.toString()))
        .satisfies(told -> assertThat(told.out()).contains("nodes        1 of 1"))
        .extracting(Run::exitCode)
        .isEqualTo(0);
    assertThat(run("status", "--scaler", scaler, "--ca", ca).out())
        .contains("scaler " + scaler + ": a token is needed", "try: --token-file FILE");
    assertThat(run("reload", "--scaler", scaler, "--ca", ca, "--token", VERA).out())
        .contains(
            "scaler "
                + scaler
                + ": token vera has the role viewer, and may not operate: that takes the role"
                + " operator",
            "try: --token-file FILE");
    assertThat(run("status", "--scaler", scaler, "--tls", "--token", VERA))
        .as("a certificate that nobody the JVM knows has signed")
        .satisfies(
            told ->
                assertThat(told.out())
                    .contains(
                        "the server's certificate is not trusted: unable to find valid"
                            + " certification",
                        "try: --ca FILE"))
        .extracting(Run::exitCode)
        .isEqualTo(1);
    assertThat(run("usage", "--platform", scaler, "--ca", ca, "--token", VERA).exitCode()).isZero();
    assertThat(run("health", "--port", String.valueOf(node.httpPort()), "--tls").exitCode())
        .isZero();
    assertThat(run("status", "--ca", folder.resolve("none.pem").toString()))
        .satisfies(told -> assertThat(told.out()).contains("--ca: ", "cannot be read"))
        .extracting(Run::exitCode)
        .isEqualTo(2);
    assertThat(run("status", "--certificate", ca).out())
        .contains("--certificate and --key: must be given together");
  }

  @Test
  void loadAndReplayCallWithATokenToo() {
    String scaler = "127.0.0.1:" + node.port();
    String ca = authority.file().toString();
    Run load =
        run(
            "load",
            "--target",
            scaler,
            "--ca",
            ca,
            "--token",
            LEA,
            "--concurrency",
            "1",
            "--hold",
            "50ms",
            "--rounds",
            "1",
            "--duration",
            "300ms",
            "--warmup",
            "0ms");

    assertThat(load.exitCode()).as(load.out()).isZero();
    assertThat(
            run(
                    "load",
                    "--target",
                    scaler,
                    "--ca",
                    ca,
                    "--concurrency",
                    "1",
                    "--rounds",
                    "1",
                    "--duration",
                    "100ms",
                    "--warmup",
                    "0ms")
                .out())
        .contains("UNAUTHENTICATED");
  }

  @Test
  void reflectionIsForViewers() throws Exception {
    assertThat(reflected(as(GATEWAY))).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(reflected(as(VERA))).isEqualTo(Code.OK);
  }

  private static Code reflected(io.grpc.Channel channel) throws Exception {
    CompletableFuture<Code> end = new CompletableFuture<>();
    AtomicReference<Code> answered = new AtomicReference<>(Code.UNKNOWN);
    var asking =
        io.grpc.reflection.v1.ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new io.grpc.stub.StreamObserver<io.grpc.reflection.v1.ServerReflectionResponse>() {
                  @Override
                  public void onNext(io.grpc.reflection.v1.ServerReflectionResponse response) {
                    answered.set(Code.OK);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    end.complete(io.grpc.Status.fromThrowable(failure).getCode());
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(answered.get());
                  }
                });
    asking.onNext(
        io.grpc.reflection.v1.ServerReflectionRequest.newBuilder().setListServices("").build());
    asking.onCompleted();
    return end.get(30, TimeUnit.SECONDS);
  }
}
