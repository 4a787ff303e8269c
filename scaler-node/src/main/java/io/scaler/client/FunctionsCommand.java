package io.scaler.client;

import io.scaler.v1.FunctionSummary;
import io.scaler.v1.ListFunctionsRequest;
import io.scaler.v1.ListFunctionsResponse;
import io.scaler.v1.PoolCounts;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists functions. */
@Command(
    name = "functions",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the functions that have instances or requests, with how many of each.",
    footerHeading = "%nExamples:%n",
    footer = {"  functions --sort waiting --top 10", "  functions --prefix shop/ --json"})
public final class FunctionsCommand implements Callable<Integer> {
  @Mixin private final AdminCall admin = new AdminCall();

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only functions whose key begins with it.")
  private String prefix = "";

  @Option(
      names = "--sort",
      paramLabel = "COLUMN",
      defaultValue = "key",
      description =
          "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); all but key with the most"
              + " first. JSON is sorted by key.")
  private Column sort = Column.key;

  @Mixin private final Top top = new Top();

  /** What functions can be sorted by; named as on the command line. */
  enum Column {
    key,
    idle,
    busy,
    starting,
    waiting;

    private int of(FunctionSummary function) {
      PoolCounts counts = function.getCounts();
      return switch (this) {
        case key -> 0;
        case idle -> counts.getIdle();
        case busy -> counts.getBusy();
        case starting -> counts.getStarting();
        case waiting -> counts.getWaiting();
      };
    }
  }

  /** For picocli. */
  public FunctionsCommand() {}

  @Override
  public Integer call() {
    return admin.tell(
        stub -> stub.listFunctions(ListFunctionsRequest.newBuilder().setPrefix(prefix).build()),
        this::inWords);
  }

  private String inWords(ListFunctionsResponse response) {
    List<FunctionSummary> all = response.getFunctionsList();
    if (all.isEmpty()) {
      return "no function has instances or requests" + (prefix.isEmpty() ? "\n" : " under it\n");
    }
    Table table = new Table();
    table.row("function", "MB", "idle", "busy", "starting", "waiting");
    all.stream()
        .sorted(Comparator.comparingInt(sort::of).reversed().thenComparing(FunctionSummary::getKey))
        .limit(top.rows())
        .forEach(
            function -> {
              PoolCounts counts = function.getCounts();
              table.row(
                  function.getKey(),
                  Table.number(function.getMemoryMb()),
                  Table.number((long) counts.getIdle()),
                  Table.number((long) counts.getBusy()),
                  Table.number((long) counts.getStarting()),
                  Table.number((long) counts.getWaiting()));
            });
    return table + top.more(all.size());
  }
}
