package io.scaler.client;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Calls a Scaler in both contracts, so that its code is loaded and compiled. */
public final class Rehearsal {
  private static final int FUNCTIONS = 20;
  private static final int CALLERS = 4;
  private static final long MEMORY_MB = 128;
  private static final long SEED = 1;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private Rehearsal() {}

  /**
   * Blocks for this long, and until the last call is answered.
   *
   * @param addresses {@code host:port} of nodes of one cluster
   * @return how many pairs of Assign and Release went well
   * @throws IllegalStateException if the calls could not be made, which is a fault of this process
   */
  public static long of(List<String> addresses, Duration length) throws InterruptedException {
    List<FunctionSpec> functions =
        IntStream.range(0, FUNCTIONS)
            .mapToObj(i -> new FunctionSpec("rehearsal-" + i, "", MEMORY_MB, TIMEOUT))
            .toList();
    PairTally tally = new PairTally();
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (Connections connections =
        Connections.open(
            addresses.stream().map(Address::parse).toList(), Access.OPEN, "the address")) {
      List<CompletableFuture<@Nullable Void>> rounds = new ArrayList<>();
      for (Contract contract : Contract.values()) {
        var terms =
            new ClosedLoop.Terms(
                functions, 1, CALLERS, Duration.ZERO, DEADLINE, "rehearsal-" + contract, SEED);
        rounds.add(
            new ClosedLoop(
                    new Targets(connections.gateways(contract), System::nanoTime),
                    terms,
                    timer,
                    System::nanoTime,
                    new HoldHistory())
                .run(length, tally));
      }
      for (CompletableFuture<@Nullable Void> round : rounds) {
        round.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a rehearsal ended early", e.getCause());
    } finally {
      timer.shutdownNow();
    }
    return tally.wentWell();
  }
}
