package io.scaler.it.container;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/** The container engine that tests need. */
final class Engine {
  /** Set by the project's test command, which sees to it that there is an engine. */
  static final String REQUIRED = "REQUIRE_CONTAINERS";

  private Engine() {}

  static boolean isRequired() {
    return "1".equals(System.getenv(REQUIRED));
  }

  static boolean isThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /** Skips a test where there is no engine, unless one is required: then it fails. */
  static void need() {
    if (!isRequired()) {
      Assumptions.assumeTrue(
          isThere(), "no container engine answers; deploy/test.sh installs and starts one");
    } else if (!isThere()) {
      throw new IllegalStateException(
          "no container engine answers, and " + REQUIRED + " says that there is one");
    }
  }
}
