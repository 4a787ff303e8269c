package io.scaler.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.scaler.v1.ScalerAdminGrpc;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What the commands share that ask {@code scaler.v1.ScalerAdmin}: whom, and how to tell. */
final class AdminCall {
  private static final long DEADLINE_SECONDS = 10;

  @Spec(Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--scaler",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9001",
      description = "Any node of the cluster (default: ${DEFAULT-VALUE}).")
  private String scaler = "127.0.0.1:9001";

  @Mixin private final AccessOptions accessOptions = new AccessOptions();

  @Option(names = "--json", description = "Tell it as JSON, as the .proto file names things.")
  private boolean json;

  /**
   * Asks, and prints the answer, or why there is none.
   *
   * @return the command's exit code
   */
  <R extends MessageOrBuilder> int tell(
      Function<ScalerAdminGrpc.ScalerAdminBlockingStub, R> question, Function<R, String> inWords) {
    return talk(asking -> say(asking.ask(question), inWords));
  }

  /** One question over an open connection. */
  interface Asking {
    /**
     * Asks and waits for the answer.
     *
     * @throws StatusRuntimeException if there is none
     */
    <R> R ask(Function<ScalerAdminGrpc.ScalerAdminBlockingStub, R> question);
  }

  /** Prints the answer as it is wanted. */
  <R extends MessageOrBuilder> void say(R answer, Function<R, String> inWords) {
    PrintWriter out = command().commandLine().getOut();
    out.print(json ? asJson(answer) : inWords.apply(answer));
    out.flush();
  }

  boolean isJson() {
    return json;
  }

  private CommandSpec command() {
    if (command == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    return command;
  }

  /**
   * Asks as often as it takes; prints why there is no answer where there is none.
   *
   * @return the command's exit code
   */
  int talk(Consumer<Asking> conversation) {
    Address address;
    try {
      address = Address.parse(scaler);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command().commandLine(), "--scaler: " + e.getMessage(), e);
    }
    Access access;
    try {
      access = accessOptions.access(List.of(address), command().commandLine().getErr());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command().commandLine(), e.getMessage(), e);
    }
    ManagedChannel channel = Connections.open(address, access, "--scaler");
    try {
      conversation.accept(
          new Asking() {
            @Override
            public <R> R ask(Function<ScalerAdminGrpc.ScalerAdminBlockingStub, R> question) {
              return question.apply(
                  ScalerAdminGrpc.newBlockingStub(channel)
                      .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
            }
          });
      return ExitCode.OK;
    } catch (StatusRuntimeException e) {
      PrintWriter err = command().commandLine().getErr();
      err.println("scaler " + scaler + ": " + Connections.why(e));
      err.flush();
      return ExitCode.SOFTWARE;
    } finally {
      channel.shutdownNow();
    }
  }

  private static String asJson(MessageOrBuilder answer) {
    try {
      return JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(answer) + "\n";
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an answer without Any is printable", e);
    }
  }
}
