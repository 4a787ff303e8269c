package io.scaler.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command said and how it ended. */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(Object command, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** The second column of a table's row. */
  String cell(String row) {
    return out.lines()
        .filter(line -> line.startsWith(row))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + row + " in\n" + out + err))
        .substring(row.length())
        .trim();
  }
}
