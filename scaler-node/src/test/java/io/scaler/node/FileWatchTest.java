package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  @TempDir private Path folder;
  private Path file;
  private FileWatch watch;
  private int told;

  @BeforeEach
  void watch() throws IOException {
    file = Files.writeString(folder.resolve("scaler.yaml"), "one");
    watch = FileWatch.afterReading(file, () -> told++);
  }

  /** What it tells of at first. */
  private static void lookTwice(FileWatch watch) {
    watch.run();
    watch.run();
  }

  @Test
  void tellsOfWhatTheFileHasWhenItBeginsSinceThatMayBeNewerThanWhatWasRead() {
    watch.run();
    assertThat(told).as("it may still be written").isZero();
    watch.run();
    assertThat(told).isEqualTo(1);
    watch.run();
    assertThat(told).isEqualTo(1);
  }

  @Test
  void tellsOfChangesAloneWhereTheFileIsReadAfterwards() throws IOException {
    FileWatch early = FileWatch.beforeReading(file, () -> told++);
    lookTwice(early);
    lookTwice(early);
    assertThat(told).isZero();

    Files.writeString(file, "two");
    lookTwice(early);

    assertThat(told).isEqualTo(1);
  }

  @Test
  void tellsOnceOfEachChangeThatTwoPassesHaveSeen() throws IOException {
    lookTwice(watch);
    told = 0;

    Files.writeString(file, "two");
    watch.run();
    assertThat(told).as("it may still be written").isZero();
    Files.writeString(file, "three");
    watch.run();
    assertThat(told).as("it was").isZero();
    watch.run();
    assertThat(told).isEqualTo(1);
    watch.run();
    assertThat(told).isEqualTo(1);
  }

  @Test
  void tellsAgainOfWhatCouldNotBeTakenIn() {
    FileWatch failing =
        FileWatch.afterReading(
            file,
            () -> {
              if (++told < 3) {
                throw new IllegalStateException("not now");
              }
            });
    failing.run();
    assertThatThrownBy(failing::run).hasMessage("not now");
    assertThatThrownBy(failing::run).hasMessage("not now");

    lookTwice(failing);

    assertThat(told).isEqualTo(3);
  }

  @Test
  void tellsOfAFileThatGoesAndComesBack() throws IOException {
    lookTwice(watch);
    told = 0;
    Files.delete(file);
    watch.run();
    watch.run();
    assertThat(told).isEqualTo(1);

    Files.writeString(file, "one");
    watch.run();
    watch.run();
    assertThat(told).isEqualTo(2);
  }

  @Test
  void tellsOfALinkThatPointsElsewhere() throws IOException {
    Path first = Files.writeString(folder.resolve("first"), "one");
    Path second = Files.writeString(folder.resolve("second"), "two");
    Path link = Files.createSymbolicLink(folder.resolve("link"), first);
    FileWatch ofLink = FileWatch.afterReading(link, () -> told++);
    lookTwice(ofLink);
    Files.delete(link);
    Files.createSymbolicLink(link, second);

    lookTwice(ofLink);

    assertThat(told).isEqualTo(2);
  }
}
