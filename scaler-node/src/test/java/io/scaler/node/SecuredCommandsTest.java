package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import io.scaler.pki.Authority;
import io.scaler.pki.Authority.Issued;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.GetStatusRequest;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ScalerAdminGrpc;
import io.scaler.v1.ScalerGrpc;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Every command, of a node that encrypts and wants a token. */
@Timeout(120)
class SecuredCommandsTest {
  private static final String LEA = "lea-0123456789abcd";

  @TempDir private static Path folder;
  private static Authority authority;
  private static Node node;
  private static String id;

  private record Run(int exitCode, String out) {}

  @BeforeAll
  static void start() throws Exception {
    authority = new Authority(folder, "authority");
    Issued own = authority.issue("node");
    Path tokens =
        Files.writeString(
            folder.resolve("tokens.yaml"), "- {name: lea, role: operator, token: " + LEA + "}");
    node =
        Node.start(
            LocalNodes.settings(
                "tls.certificate=" + own.file(),
                "tls.key=" + own.keyFile(),
                "access.tokens=" + tokens));
    await().until(node::isReady);
    use();
  }

  /** One function has an idle instance, and the node is known by name. */
  private static void use() throws Exception {
    Metadata shown = new Metadata();
    shown.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + LEA);
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(
                "127.0.0.1",
                node.port(),
                TlsChannelCredentials.newBuilder().trustManager(authority.file().toFile()).build())
            .intercept(MetadataUtils.newAttachHeadersInterceptor(shown))
            .build();
    try {
      Assignment held =
          ScalerGrpc.newBlockingStub(channel)
              .assign(
                  AssignRequest.newBuilder()
                      .setRequestId("r1")
                      .setFunction(Function.newBuilder().setKey("said").setMemoryMb(64))
                      .build())
              .getAssignment();
      ScalerGrpc.newBlockingStub(channel)
          .release(ReleaseRequest.newBuilder().setAssignment(held).build());
      id =
          ScalerAdminGrpc.newBlockingStub(channel)
              .getStatus(GetStatusRequest.getDefaultInstance())
              .getNode();
    } finally {
      channel.shutdownNow();
    }
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Run run(String command, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    Stream.of(command.split(" +"))
        .map(word -> word.replace("SCALER", "127.0.0.1:" + node.port()))
        .map(word -> word.replace("HTTP", String.valueOf(node.httpPort())))
        .map(word -> word.replace("NODE", id))
        .forEach(all::add);
    all.add(0, all.remove(more.length));
    var out = new StringWriter();
    CommandLine main = Main.commandLine();
    main.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    return new Run(main.execute(all.toArray(String[]::new)), out.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status --scaler SCALER                           | 0 | nodes        1 of 1
          status --scaler SCALER                           | 0 | serving, leads    none
          functions --scaler SCALER                        | 0 | function
          function said --scaler SCALER                    | 0 | function said
          explain said --scaler SCALER                     | 0 | request r1:
          override said --min 1 --max 9 --scaler SCALER    | 0 | said
          override --scaler SCALER                         | 0 | functions
          override nobody --remove --scaler SCALER         | 1 | must be those of an override, nobody has none
          destroy said --scaler SCALER                     | 0 | function said:
          drain NODE --scaler SCALER                       | 1 | must stay
          top --once --every 1 --scaler SCALER             | 0 | 1 of 1 nodes, leader
          reload --scaler SCALER                           | 0 | needs restart
          usage --platform SCALER                          | 0 | slots
          load --target SCALER --concurrency 1 --rounds 1 --duration 300ms --warmup 0ms | 0 | pairs
          replay --target SCALER --trace demo --speed 20 --limit-time 2s --platform SCALER | 0 | served
          """)
  void aCommandIsServedWithATokenAndNotWithoutOne(String command, int exitCode, String said) {
    String ca = "--ca=" + authority.file();

    Run served = run(command, ca, "--token=" + LEA);
    assertThat(served.out()).contains(said);
    assertThat(served.exitCode()).as(served.out()).isEqualTo(exitCode);

    Run refused = run(command, ca);
    assertThat(refused.out()).contains("a token is needed");
    assertThat(refused.exitCode()).as(refused.out()).isNotZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"health --port HTTP --tls", "health --port HTTP"})
  void healthIsForEverybody(String command) {
    Run asked = run(command);

    assertThat(asked.exitCode()).as(asked.out()).isZero();
  }
}
