package io.scaler.client;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How many rows of a table are shown. */
final class Top {
  @Spec(Target.MIXEE)
  private @Nullable CommandSpec mixee;

  private int rows = 50;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "50",
      description = "Rows at most, from 1 on (default: ${DEFAULT-VALUE}). JSON has them all.")
  void take(int given) {
    if (given < 1 && mixee != null) {
      throw new ParameterException(mixee.commandLine(), "--top: must be at least 1, is " + given);
    }
    rows = given;
  }

  int rows() {
    return rows;
  }

  /** What follows a table that has more rows than are shown; nothing if it has not. */
  String more(int all) {
    return all <= rows ? "" : "and %,d more (--top)%n".formatted(all - rows);
  }
}
