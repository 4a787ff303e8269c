package io.scaler.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Notices that a file has other content. One pass looks once; a change is told of when two passes
 * in a row have seen it, lest a file be read that is still being written.
 *
 * <p>Content is compared, not the time of the last change: what is mounted into a container may be
 * replaced with neither the file nor its time changing.
 */
final class FileWatch implements Runnable {
  private static final byte[] ABSENT = {};

  private final Path file;
  private final Runnable changed;
  private byte[] told;
  private byte[] seen;

  /**
   * @param changed is told after every change of what the file is now
   */
  FileWatch(Path file, Runnable changed) {
    this.file = file;
    this.changed = changed;
    this.told = content();
    this.seen = told;
  }

  @Override
  public synchronized void run() {
    byte[] now = content();
    boolean isSettled = Arrays.equals(now, seen);
    seen = now;
    if (isSettled && !Arrays.equals(now, told)) {
      told = now;
      changed.run();
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
