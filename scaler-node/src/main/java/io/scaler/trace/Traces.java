package io.scaler.trace;

import java.nio.file.Files;
import java.nio.file.Path;

/** The traces that there are. */
public final class Traces {
  /** The name of the trace that the project brings along. */
  public static final String DEMO = "demo";

  private Traces() {}

  /**
   * Reads the trace of that name, or else of that folder.
   *
   * @param where {@value #DEMO} or a folder
   * @throws TraceException if it cannot be read, is malformed or is empty
   */
  public static Trace open(String where, TraceOptions options) {
    return where.equals(DEMO) ? demo(options) : open(Path.of(where), options);
  }

  /**
   * Reads a folder: {@code requests} and {@code metas} are a contest trace; {@code inv.csv}, {@code
   * run.csv} and {@code mem.csv} an Azure Functions 2019 trace. Each file may end with {@code .gz}.
   *
   * @throws TraceException if it cannot be read, is malformed or is empty
   */
  public static Trace open(Path path, TraceOptions options) {
    if (!Files.isDirectory(path)) {
      throw new TraceException(path + ": a trace is a folder; there is none");
    }
    return read(new Folder.OnDisk(path), options);
  }

  /** The trace that the project brings along: about 45 s of 20 functions. */
  public static Trace demo(TraceOptions options) {
    return read(new Folder.Bundled(DEMO), options);
  }

  private static Trace read(Folder folder, TraceOptions options) {
    if (folder.has("requests") && folder.has("metas")) {
      return ContestTrace.read(folder, options);
    }
    if (folder.has("inv.csv") && folder.has("run.csv") && folder.has("mem.csv")) {
      return Azure2019Trace.read(folder, options);
    }
    throw new TraceException(
        folder.name()
            + ": must hold requests and metas (contest) or inv.csv, run.csv and mem.csv"
            + " (azure2019), each plain or .gz");
  }
}
