package io.scaler.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells when what a file has in it changes. One pass looks once; content is told of when two passes
 * in a row have seen it, lest a file be read that is still being written.
 *
 * <p>Content is compared, not the time of the last change: what is mounted into a container may be
 * replaced with neither the file nor its time changing.
 */
final class FileWatch implements Runnable {
  private static final byte[] ABSENT = {};

  private final Path file;
  private final Runnable changed;
  private byte @Nullable [] told;
  private byte @Nullable [] seen;

  private FileWatch(Path file, byte @Nullable [] told, Runnable changed) {
    this.file = file;
    this.told = told;
    this.changed = changed;
  }

  /**
   * Of a file that is about to be read: what it has now is not told of.
   *
   * @param changed reads the file; if it throws, it is told again in the next pass
   */
  static FileWatch beforeReading(Path file, Runnable changed) {
    return new FileWatch(file, content(file), changed);
  }

  /** Of a file that was read: what it has now is told of, since it may have changed meanwhile. */
  static FileWatch afterReading(Path file, Runnable changed) {
    return new FileWatch(file, null, changed);
  }

  @Override
  public synchronized void run() {
    byte[] now = content(file);
    boolean isSettled = Arrays.equals(now, seen);
    seen = now;
    if (isSettled && !Arrays.equals(now, told)) {
      told = null;
      changed.run();
      told = now;
    }
  }

  /** What cannot be read counts as empty; whoever is told finds out why. */
  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return ABSENT;
    }
  }
}
