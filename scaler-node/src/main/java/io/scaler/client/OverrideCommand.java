package io.scaler.client;

import com.google.protobuf.util.Durations;
import io.scaler.v1.Function;
import io.scaler.v1.ListOverridesRequest;
import io.scaler.v1.ListOverridesResponse;
import io.scaler.v1.Override;
import io.scaler.v1.ProvisionedWindow;
import io.scaler.v1.RemoveOverrideRequest;
import io.scaler.v1.SetOverrideRequest;
import io.scaler.v1.SetOverrideResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Lays something down for some functions, over the configuration, or takes it back. */
@Command(
    name = "override",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lays something down for some functions, over the configuration of every node and without a"
          + " restart, or takes it back. What is not given is as the configuration has it. Without"
          + " FUNCTIONS or without options it lists what was laid down."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  override",
      "  override 'shop/*' --policy fixed --max 20",
      "  override shop/checkout --provisioned 3 --memory 256",
      "  override shop/report --window '0 8 * * MON-FRI;10h;5;Europe/Berlin'",
      "  override 'shop/*' --remove"
    })
public final class OverrideCommand implements Callable<Integer> {
  private static final String NOT_SAID = "-";

  @Mixin private final AdminCall admin = new AdminCall();

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FUNCTIONS",
      description = "A function's key, or the beginning of keys before a *.")
  private @Nullable String functions;

  @ArgGroup(exclusive = false)
  private @Nullable Given given;

  @Option(names = "--remove", description = "Take back what was laid down for FUNCTIONS.")
  private boolean remove;

  /** What is laid down. */
  static final class Given {
    @Option(names = "--policy", paramLabel = "NAME", description = "Another policy.")
    private @Nullable String policy;

    @Option(
        names = "--min",
        paramLabel = "N",
        converter = Count.class,
        description = "Instances at least, from a function's first request on.")
    private @Nullable Integer min;

    @Option(
        names = "--max",
        paramLabel = "N",
        converter = Count.class,
        description = "Instances at most; requests wait instead.")
    private @Nullable Integer max;

    @Option(
        names = "--provisioned",
        paramLabel = "N",
        converter = Count.class,
        description = "Instances at least even before anyone asks; for one function.")
    private @Nullable Integer provisioned;

    @Option(
        names = "--window",
        paramLabel = "WINDOW",
        description =
            "When it has more instances, repeatable: CRON;FOR;N or CRON;FOR;N;ZONE, with CRON being"
                + " when it begins (minute, hour, day of month, month, day of week) and ZONE being"
                + " UTC if left out.")
    private List<String> windows = new ArrayList<>();

    @Option(
        names = "--memory",
        paramLabel = "MB",
        description =
            "Memory of an instance; needed for the provisioned ones of a function that was never"
                + " asked for.")
    private @Nullable Long memory;

    @Option(names = "--runtime", paramLabel = "NAME", description = "Its runtime; with --memory.")
    private @Nullable String runtime;
  }

  /** For picocli. */
  public OverrideCommand() {}

  @java.lang.Override
  public Integer call() {
    if (remove) {
      String named = named("--remove");
      if (given != null) {
        throw bad("--remove takes back all that was laid down: no other option may be with it");
      }
      return admin.tell(
          stub ->
              stub.removeOverride(RemoveOverrideRequest.newBuilder().setFunctions(named).build()),
          done -> "nothing is laid down for " + named + " any more\n");
    }
    if (given != null) {
      Override override = override(named("what is laid down"), given);
      return admin.tell(
          stub -> stub.setOverride(SetOverrideRequest.newBuilder().setOverride(override).build()),
          OverrideCommand::laid);
    }
    return admin.tell(
        stub -> of(stub.listOverrides(ListOverridesRequest.getDefaultInstance())),
        answer ->
            answer.getOverridesCount() == 0
                ? "nothing is laid down\n"
                : inWords(answer.getOverridesList()));
  }

  private static String laid(SetOverrideResponse answer) {
    String table = inWords(List.of(answer.getOverride()));
    return answer.getFunctionUnknown()
        ? table
            + "no function %s is known yet; it holds from its first request on\n"
                .formatted(answer.getOverride().getFunctions())
        : table;
  }

  private ListOverridesResponse of(ListOverridesResponse all) {
    return functions == null
        ? all
        : ListOverridesResponse.newBuilder()
            .addAllOverrides(
                all.getOverridesList().stream()
                    .filter(each -> each.getFunctions().equals(functions))
                    .toList())
            .build();
  }

  private String named(String what) {
    if (functions == null) {
      throw bad("FUNCTIONS must be given for " + what);
    }
    return functions;
  }

  private ParameterException bad(String message) {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private Override override(String named, Given from) {
    Override.Builder override = Override.newBuilder().setFunctions(named);
    if (from.policy != null) {
      override.setPolicy(from.policy);
    }
    if (from.min != null) {
      override.setMinInstances(from.min);
    }
    if (from.max != null) {
      override.setMaxInstances(from.max);
    }
    if (from.provisioned != null) {
      override.setProvisioned(from.provisioned);
    }
    from.windows.forEach(window -> override.addWindows(window(window)));
    if (from.memory != null) {
      Function.Builder function = Function.newBuilder().setKey(named).setMemoryMb(from.memory);
      if (from.runtime != null) {
        function.setRuntime(from.runtime);
      }
      override.setFunction(function);
    } else if (from.runtime != null) {
      throw bad("--runtime: must be with --memory");
    }
    return override.build();
  }

  private ProvisionedWindow window(String text) {
    String[] parts = text.split(";", -1);
    if (parts.length < 3 || parts.length > 4) {
      throw bad("--window: must be CRON;FOR;N or CRON;FOR;N;ZONE, is '" + text + "'");
    }
    try {
      return ProvisionedWindow.newBuilder()
          .setCron(parts[0].strip())
          .setLength(Durations.fromNanos(new TimeSpan().convert(parts[1].strip()).toNanos()))
          .setInstances(Integer.parseInt(parts[2].strip()))
          .setZone(parts.length == 4 ? parts[3].strip() : "")
          .build();
    } catch (TypeConversionException e) {
      throw bad("--window: FOR " + e.getMessage());
    } catch (NumberFormatException e) {
      throw bad("--window: N must be a whole number, is '" + parts[2] + "'");
    }
  }

  private static String inWords(List<Override> overrides) {
    Table table = new Table();
    table.row("functions", "policy", "min", "max", "provisioned", "windows");
    for (Override each : overrides) {
      table.row(
          each.getFunctions(),
          each.getPolicy().isEmpty() ? NOT_SAID : each.getPolicy(),
          each.hasMinInstances() ? Table.number((long) each.getMinInstances()) : NOT_SAID,
          each.hasMaxInstances() ? Table.number((long) each.getMaxInstances()) : NOT_SAID,
          each.hasProvisioned() ? Table.number((long) each.getProvisioned()) : NOT_SAID,
          each.getWindowsCount() == 0
              ? NOT_SAID
              : each.getWindowsList().stream()
                  .map(OverrideCommand::inWords)
                  .collect(Collectors.joining(", ")));
    }
    return table.toString();
  }

  private static String inWords(ProvisionedWindow window) {
    return "%d from %s %s for %s"
        .formatted(
            window.getInstances(),
            window.getCron(),
            window.getZone(),
            FunctionCommand.length(window.getLength()));
  }
}
