package io.scaler.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator.ScreenshotOptions;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The simulation's report in a browser that reaches nothing else. What it looked like is kept in
 * {@code target/page}: the whole as report.png, its cost frontier alone as frontier.png.
 */
@Timeout(180)
class ReportIT {
  /** A report that is there already, to be looked at instead; null for one of the demo's trace. */
  private static final String GIVEN = System.getProperty("scaler.report");

  @TempDir private Path folder;

  @Test
  void drawsItsPlotsByItself() throws Exception {
    Chromium.need();
    Path report = GIVEN == null ? simulated() : Path.of(GIVEN);
    Path pictures = Files.createDirectories(Path.of("target", "page"));
    List<String> errors = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    try (Chromium chromium = Chromium.start();
        BrowserContext context = chromium.browser().newContext(wide(1300))) {
      context.route(
          asked -> !asked.startsWith("file:"),
          route -> {
            elsewhere.add(route.request().url());
            route.abort();
          });
      Page page = context.newPage();
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
              errors.add(message.text());
            }
          });
      page.onPageError(errors::add);
      page.navigate(report.toUri().toString());

      for (String plot : List.of("#score", "#frontier", "#cold", "#time", "#gaps")) {
        assertThat(painted(page, plot)).as(plot).isGreaterThan(500);
      }
      page.screenshot(
          new Page.ScreenshotOptions().setFullPage(true).setPath(pictures.resolve("report.png")));
      page.setViewportSize(860, 900);
      page.locator("section:has(#frontier)")
          .screenshot(new ScreenshotOptions().setPath(pictures.resolve("frontier.png")));
    }
    assertThat(errors).isEmpty();
    assertThat(elsewhere).isEmpty();
  }

  private Path simulated() {
    Path report = folder.resolve("report.html");
    try (LocalProcess simulate =
        LocalProcess.start(
            "simulate",
            folder,
            List.of(
                "simulate",
                "--trace",
                "demo",
                "--policy",
                "none,fixed:1m,fixed:10m,contest,hybrid,cost-optimal",
                "--report",
                report.toString()))) {
      assertThat(simulate.exitCode()).as(simulate.output()).isZero();
    }
    return report;
  }

  private static NewContextOptions wide(int pixels) {
    return new NewContextOptions().setViewportSize(pixels, 900);
  }

  /** How many of a plot's points are not of its background. */
  private static int painted(Page page, String canvas) {
    Object points =
        page.evalOnSelector(
            canvas,
            "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                + " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }");
    return ((Number) Objects.requireNonNull(points)).intValue();
  }
}
