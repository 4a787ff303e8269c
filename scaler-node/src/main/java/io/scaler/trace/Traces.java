package io.scaler.trace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The traces that there are. */
public final class Traces {
  /** The name of the trace that the project brings along. */
  public static final String DEMO = "demo";

  /** What the names of made-up traces begin with. */
  public static final String GENERATED = "generated:";

  private Traces() {}

  /** The kinds of made-up traces there are, for people. */
  public static String generatedKinds() {
    return GeneratedTrace.known();
  }

  /**
   * Reads the trace of that name, or else of that folder or file. A made-up trace is named {@code
   * generated:KIND}, or {@code generated:KIND:SEED} for another seed than the options'.
   *
   * @param where {@value #DEMO}, {@value #GENERATED} and a kind, a folder or a file
   * @throws TraceException if it cannot be read, is malformed or is empty
   */
  public static Trace open(String where, TraceOptions options) {
    if (where.startsWith(GENERATED)) {
      return GeneratedTrace.open(where.substring(GENERATED.length()), options);
    }
    return where.equals(DEMO) ? demo(options) : open(Path.of(where), options);
  }

  /**
   * Reads a folder or a file. A folder's {@code requests} and {@code metas} are a contest trace;
   * {@code inv.csv}, {@code run.csv} and {@code mem.csv} an Azure Functions 2019 trace. A file, or
   * the one such file of a folder, whose header is {@code app,func,end_timestamp,duration} is an
   * Azure Functions 2021 trace. Each file may end with {@code .gz}.
   *
   * @throws TraceException if it cannot be read, is malformed or is empty
   */
  public static Trace open(Path path, TraceOptions options) {
    if (Files.isRegularFile(path)) {
      Path parent = path.getParent() == null ? Path.of(".") : path.getParent();
      return Azure2021Trace.read(new Folder.OnDisk(parent), path.getFileName().toString(), options);
    }
    if (!Files.isDirectory(path)) {
      throw new TraceException(path + ": a trace is a folder or a file; there is neither");
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
    List<String> azure2021 =
        folder instanceof Folder.OnDisk onDisk
            ? onDisk.tables().stream().filter(file -> Azure2021Trace.is(folder, file)).toList()
            : List.of();
    if (azure2021.size() > 1) {
      throw new TraceException(
          folder.name() + ": holds more than one azure2021 trace, name the file: " + azure2021);
    }
    if (azure2021.size() == 1) {
      return Azure2021Trace.read(folder, azure2021.get(0), options);
    }
    throw new TraceException(
        folder.name()
            + ": must hold requests and metas (contest) or inv.csv, run.csv and mem.csv"
            + " (azure2019) or one file with the header "
            + Azure2021Trace.HEADER
            + " (azure2021), each plain or .gz");
  }
}
