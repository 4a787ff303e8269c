package io.scaler.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** The machine's own Chromium, without a window. One thread at a time. */
final class Chromium implements AutoCloseable {
  /** Set by the project's test command, which sees to it that there is one. */
  private static final String REQUIRED = "REQUIRE_CHROMIUM";

  private static final Path PLACE =
      Path.of(Objects.requireNonNullElse(System.getenv("CHROMIUM"), "/usr/bin/chromium"));

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /**
   * Skips a test where there is no browser, and says so on the console, unless one is required:
   * then it fails.
   */
  static void need() {
    if (Files.isExecutable(PLACE)) {
      return;
    }
    if ("1".equals(System.getenv(REQUIRED))) {
      throw new IllegalStateException(
          "no browser at " + PLACE + ", and " + REQUIRED + " says that there is one");
    }
    String skipped =
        "no browser at " + PLACE + "; deploy/test.sh installs it, CHROMIUM may name it";
    System.out.println("Tests in a browser are skipped: " + skipped);
    Assumptions.abort(skipped);
  }

  static Chromium start() {
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      return new Chromium(
          playwright,
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(PLACE)
                      .setHeadless(true)
                      .setArgs(
                          List.of(
                              "--no-sandbox",
                              "--disable-gpu",
                              "--disable-quic",
                              "--no-first-run",
                              "--disable-background-networking",
                              "--disable-component-update",
                              "--disable-sync"))));
    } catch (RuntimeException e) {
      playwright.close();
      throw e;
    }
  }

  Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
