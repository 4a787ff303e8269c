package io.scaler.trace;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Where a trace's files lie. Each may be plain or, with {@code .gz} to its name, compressed. */
sealed interface Folder {

  /** For people. */
  String name();

  default boolean has(String file) {
    return contains(file) || contains(file + ".gz");
  }

  /**
   * Opens a file's text.
   *
   * @throws TraceException if it cannot be opened
   */
  default Lines open(String file) {
    String found = contains(file) ? file : file + ".gz";
    String shown = name() + "/" + found;
    try {
      InputStream in = stream(found);
      try {
        return new Lines(shown, found.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in);
      } catch (IOException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw new TraceException(shown + ": cannot be read: " + e.getMessage(), e);
    }
  }

  boolean contains(String exactFile);

  InputStream stream(String exactFile) throws IOException;

  /** A folder of the file system. */
  record OnDisk(Path path) implements Folder {
    private static final Pattern TABLE = Pattern.compile(".+\\.(csv|txt)(\\.gz)?");

    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public boolean contains(String exactFile) {
      return Files.isRegularFile(path.resolve(exactFile));
    }

    /**
     * The names of its files that are tables by their names, in order.
     *
     * @throws TraceException if it cannot be listed
     */
    List<String> tables() {
      try (Stream<Path> files = Files.list(path)) {
        return files
            .filter(Files::isRegularFile)
            .map(file -> file.getFileName().toString())
            .filter(file -> TABLE.matcher(file).matches())
            .sorted()
            .toList();
      } catch (IOException e) {
        throw new TraceException(path + ": cannot be listed: " + e.getMessage(), e);
      }
    }

    @Override
    public InputStream stream(String exactFile) throws IOException {
      return Files.newInputStream(path.resolve(exactFile));
    }
  }

  /** A folder of the jar. */
  record Bundled(String name) implements Folder {
    @Override
    public boolean contains(String exactFile) {
      return Folder.class.getResource(resource(exactFile)) != null;
    }

    @Override
    public InputStream stream(String exactFile) throws IOException {
      InputStream in = Folder.class.getResourceAsStream(resource(exactFile));
      if (in == null) {
        throw new FileNotFoundException(resource(exactFile));
      }
      return in;
    }

    private String resource(String exactFile) {
      return "/traces/" + name + "/" + exactFile;
    }
  }
}
