package io.scaler.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells of what a file has in it, and when that changes. One pass looks once; content is told of
 * when two passes in a row have seen it, lest a file be read that is still being written. What it
 * has at first is told of, too: it may have changed since whoever is told read it.
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

  /**
   * @param changed reads the file; if it throws, it is told again in the next pass
   */
  FileWatch(Path file, Runnable changed) {
    this.file = file;
    this.changed = changed;
  }

  @Override
  public synchronized void run() {
    byte[] now = content();
    boolean isSettled = Arrays.equals(now, seen);
    seen = now;
    if (isSettled && !Arrays.equals(now, told)) {
      told = null;
      changed.run();
      told = now;
    }
  }

  /** What cannot be read counts as empty; whoever is told finds out why. */
  private byte[] content() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return ABSENT;
    }
  }
}
