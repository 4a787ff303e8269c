package io.scaler.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.scaler.adapter.grpc.GrpcServer;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import io.scaler.service.Gate;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.GetStatusResponse;
import io.scaler.v1.ScalerAdminGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a command says over real connections that fail. */
@Timeout(60)
class FailureWordsTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir private static Path folder;
  private static Authority authority;

  private Server server;

  @BeforeAll
  static void issue() throws Exception {
    authority = new Authority(folder, "authority");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.shutdownNow();
    }
  }

  /** Refuses every call with this status. */
  private String listen(ServerCredentials credentials, Status status) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(HERE, 0), credentials)
            .addService(
                new ScalerAdminGrpc.ScalerAdminImplBase() {
                  @Override
                  public void getStatus(
                      GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
                    responses.onError(status.asRuntimeException());
                  }
                })
            .build()
            .start();
    return "127.0.0.1:" + server.getPort();
  }

  private String listen(Issued issued) throws IOException {
    return listen(
        TlsServerCredentials.create(issued.file().toFile(), issued.keyFile().toFile()),
        Status.INTERNAL.withDescription("reached"));
  }

  private String listenInTheOpen(Status status) throws IOException {
    return listen(InsecureServerCredentials.create(), status);
  }

  private static String status(String scaler, String... options) {
    return failed("status", new StatusCommand(), scaler, options);
  }

  private static String failed(String name, Object command, String scaler, String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "--scaler";
    arguments[1] = scaler;
    System.arraycopy(options, 0, arguments, 2, options.length);
    CommandRun run = CommandRun.of(command, arguments);
    assertThat(run.exitCode()).as(name + ": " + run.err()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("scaler " + scaler + ": ")
        .doesNotContain("UNAVAILABLE", "UNAUTHENTICATED", "io exception", "Pipeline");
    return run.err();
  }

  private static String ca() {
    return "--ca=" + authority.file();
  }

  @Test
  void nothingListens() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, HERE)) {
      port = closed.getLocalPort();
    }

    assertThat(status("127.0.0.1:" + port))
        .isEqualTo(
            """
            scaler 127.0.0.1:%d: nothing listens there (connection refused)
              try: is the server up? is --scaler right, with the gRPC port?
            """
                .formatted(port));
  }

  @Test
  void aHostThatHasNoAddress() {
    assertThat(status("nowhere.invalid:9001"))
        .contains("the name of the host is not known (", "try: is --scaler right");
  }

  @Test
  void aServerThatSpeaksTlsWhereTheCommandDoesNot() throws Exception {
    assertThat(status(listen(authority.issue("node"))))
        .contains("speaks TLS", "try: --ca FILE", "or --tls");
  }

  @Test
  void aServerThatDoesNotSpeakTls() throws Exception {
    assertThat(status(listenInTheOpen(Status.OK), ca()))
        .contains("the command speaks TLS, the server does not", "try: without --tls, --ca");
  }

  @Test
  void aCertificateThatIsNotTrusted() throws Exception {
    Issued unknown = new Authority(folder, "other").issue("node");

    assertThat(status(listen(unknown), ca()))
        .contains("the server's certificate is not trusted: ", "try: --ca FILE");
  }

  @Test
  void aCertificateForAnotherName() throws Exception {
    String scaler = listen(authority.issue("node"));

    assertThat(status(scaler, ca(), "--authority=elsewhere"))
        .contains(
            "the server's certificate is for another name: ", "elsewhere", "try: --authority NAME");
    assertThat(status(scaler, ca(), "--authority=localhost")).endsWith(": reached\n");
  }

  @Test
  void aCertificateThatHasExpired() throws Exception {
    Issued expired =
        authority.issue(
            "node", Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2021-01-01T00:00:00Z"));

    assertThat(status(listen(expired), ca()))
        .contains("the server's certificate is out of date (", "try: has it been renewed");
  }

  @Test
  void aClientCertificateIsAskedFor() throws Exception {
    Issued own = authority.issue("node");
    String scaler =
        listen(
            TlsServerCredentials.newBuilder()
                .keyManager(own.file().toFile(), own.keyFile().toFile())
                .trustManager(authority.file().toFile())
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build(),
            Status.INTERNAL.withDescription("reached"));
    Issued shown = authority.issue("lea");

    assertThat(status(scaler, ca()))
        .contains("asks for a client certificate", "try: --certificate FILE and --key FILE");
    assertThat(status(scaler, ca(), "--certificate=" + shown.file(), "--key=" + shown.keyFile()))
        .endsWith(": reached\n");
  }

  /** A connection ends here or there in its beginning, as it happens. */
  @RepeatedTest(5)
  void aServerThatHasAsManyConnectionsAsItTakes() throws Exception {
    Issued own = authority.issue("node");
    String full = "or has as many connections as it takes (grpc.max-connections)";

    assertThat(saidByFullServer(InsecureServerCredentials.create())).contains(full);
    assertThat(
            saidByFullServer(
                TlsServerCredentials.create(own.file().toFile(), own.keyFile().toFile()), ca()))
        .contains(full);
  }

  private static String saidByFullServer(ServerCredentials credentials, String... options)
      throws IOException {
    GrpcServer full =
        GrpcServer.start(
            new GrpcServer.Listen(
                "127.0.0.1",
                0,
                1024,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                Duration.ofMinutes(10)),
            new GrpcServer.Door(Gate.OPEN, credentials, 1, 0, 0, (denial, address) -> {}),
            List.of());
    try {
      return status("127.0.0.1:" + full.port(), options);
    } finally {
      full.stopNow();
    }
  }

  @Test
  void filesThatAreNoCertificates() throws Exception {
    Path nothing = Files.writeString(folder.resolve("nothing.pem"), "nothing");
    Issued own = authority.issue("lea");

    assertThat(CommandRun.of(new StatusCommand(), "--ca=" + nothing).err())
        .startsWith("--ca: " + nothing + ": must be in PEM form");
    assertThat(
            CommandRun.of(new StatusCommand(), "--certificate=" + own.file(), "--key=" + nothing)
                .err())
        .startsWith(
            "--certificate, --key: %s, %s: must be in PEM form".formatted(own.file(), nothing));
  }

  @Test
  void whoCallsIsNotKnownOrMayNot() throws Exception {
    assertThat(status(listenInTheOpen(Status.UNAUTHENTICATED.withDescription("a token is needed"))))
        .contains(": a token is needed\n  try: --token-file FILE, or --token TOKEN, shows one");
    stop();
    assertThat(
            status(
                listenInTheOpen(
                    Status.UNAUTHENTICATED.withDescription("a client certificate is needed"))))
        .contains(": a client certificate is needed\n  try: --certificate FILE and --key FILE");
    stop();
    assertThat(status(listenInTheOpen(Status.PERMISSION_DENIED.withDescription("may not look"))))
        .contains(": may not look\n  try: --token-file FILE");
  }

  @Test
  void whatAServerSaysIsKept() throws Exception {
    assertThat(
            status(
                listenInTheOpen(
                    Status.UNAVAILABLE.withDescription("hears from no majority of the nodes"))))
        .endsWith(": hears from no majority of the nodes\n");
    stop();
    assertThat(status(listenInTheOpen(Status.NOT_FOUND))).endsWith(": NOT_FOUND\n");
  }

  @Test
  void aCallThatTheServerDoesNotKnow() throws Exception {
    assertThat(failed("reload", new ReloadCommand(), listenInTheOpen(Status.OK)))
        .contains("the server does not know this call: ", "try: is it what --scaler is to name");
  }

  @Test
  void whatDoesNotSpeakGrpc() throws Exception {
    try (ServerSocket web = new ServerSocket(0, 1, HERE)) {
      Thread thread =
          new Thread(
              () -> {
                try (var connection = web.accept()) {
                  connection
                      .getOutputStream()
                      .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                  var unused = connection.getInputStream().readAllBytes();
                } catch (IOException e) {
                  // The test has ended.
                }
              });
      thread.start();

      assertThat(status("127.0.0.1:" + web.getLocalPort()))
          .contains("what listens there does not speak gRPC", "try: is --scaler right");
    }
  }

  @Test
  void nobodyAnswersInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, HERE)) {
      CommandRun run =
          CommandRun.of(
              new LoadCommand(),
              "--target=127.0.0.1:" + silent.getLocalPort(),
              "--deadline=300ms",
              "--duration=100ms",
              "--warmup=0s",
              "--rounds=1",
              "--concurrency=1");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .contains(
              "first failure of its kind: DEADLINE_EXCEEDED: no answer within 0.3 s",
              "try: is the server up, is the address right (--target)");
    }
  }
}
