package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.InsecureChannelCredentials;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.scaler.pki.Authority.Issued;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
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
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A node that wants tokens, over encrypted connections. */
@Timeout(120)
class AccessTest extends SecuredNode {

  private static StatusRuntimeException refused(io.grpc.Channel channel) {
    return catchThrowableOfType(
        StatusRuntimeException.class, () -> ScalerGrpc.newBlockingStub(channel).assign(request()));
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
