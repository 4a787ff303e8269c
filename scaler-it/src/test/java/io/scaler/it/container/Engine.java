package io.scaler.it.container;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/** The container engine that tests need, and the images in it that no test makes. */
final class Engine {
  /** Set by the project's test command, which sees to it that there is an engine. */
  static final String REQUIRED = "REQUIRE_CONTAINERS";

  /** What the node's image is built on. */
  static final String JAVA_BASE = image("JAVA_BASE_IMAGE", "eclipse-temurin:17-jre");

  /** Has haproxy, and the tools that networks are disturbed with. */
  static final String HAPROXY = image("HAPROXY_IMAGE", "scaler-haproxy:local");

  private Engine() {}

  private static String image(String variable, String otherwise) {
    return Objects.requireNonNullElse(System.getenv(variable), otherwise);
  }

  static boolean isRequired() {
    return "1".equals(System.getenv(REQUIRED));
  }

  static boolean isThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /** Asked by the command that images are made with, which does not have to fetch any to answer. */
  static boolean has(String image) {
    try {
      Process asked =
          new ProcessBuilder("docker", "image", "inspect", image)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean answered = asked.waitFor(10, TimeUnit.SECONDS);
      asked.destroyForcibly();
      return answered && asked.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Skips a test where there is no engine or an image is missing, and says so on the console,
   * unless an engine is required: then it fails.
   */
  static void need() {
    if (isRequired()) {
      if (!isThere()) {
        throw new IllegalStateException(
            "no container engine answers, and " + REQUIRED + " says that there is one");
      }
      return;
    }
    String missing = missing();
    if (!missing.isEmpty()) {
      String skipped = "%s; deploy/test.sh sees to it".formatted(missing);
      System.out.println("Tests over containers are skipped: " + skipped);
      Assumptions.abort(skipped);
    }
  }

  private static String missing() {
    for (String image : List.of(JAVA_BASE, HAPROXY)) {
      if (!has(image)) {
        return "no container engine answers, or it has no image " + image;
      }
    }
    try {
      return isThere() ? "" : "no container engine answers";
    } catch (RuntimeException e) {
      // It has no container that removes what tests leave behind, and cannot fetch its image.
      return "the container engine is not ready for tests: " + e.getMessage();
    }
  }
}
