package io.scaler.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's page in a browser, where the node wants a token. */
@Timeout(300)
class PageAccessIT {
  private static final String VIEWER = "viewer-0123456789";
  private static final String GATEWAY = "gateway-0123456789";

  private static final double LIMIT_MILLIS = 60_000;

  @TempDir private Path folder;

  @BeforeAll
  static void bePatient() {
    PlaywrightAssertions.setDefaultAssertionTimeout(LIMIT_MILLIS);
  }

  @Test
  void asksForATokenAndKeepsItForTheTab() throws IOException {
    Chromium.need();
    Path tokens = folder.resolve("tokens.yaml");
    Files.writeString(
        tokens,
        "[{name: vera, role: viewer, token: %s}, {name: gateway, role: caller, token: %s}]"
            .formatted(VIEWER, GATEWAY));
    try (LocalCluster cluster = LocalCluster.startSoon(1, List.of(), "access.tokens=" + tokens);
        Chromium chromium = Chromium.start();
        BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.navigate(cluster.page(0));
      assertThat(page.locator("#access")).isVisible();
      assertThat(page.locator("#access-why")).isEmpty();

      show(page, "mistyped");
      assertThat(page.locator("#access-why"))
          .containsText("The last one was refused: the token is not known");

      show(page, GATEWAY);
      assertThat(page.locator("#access-why"))
          .containsText("token gateway has the role caller, and may not look");

      show(page, VIEWER);
      assertThat(page.locator("#summary")).containsText("1 of 1 node up");
      assertThat(page.locator("#access")).isHidden();

      page.reload();
      assertThat(page.locator("#summary")).containsText("1 of 1 node up");
      assertThat(page.locator("#access")).isHidden();
    }
  }

  @Test
  void showsLiveDataOverTlsOnceATokenWasTyped() throws Exception {
    Chromium.need();
    Path tokens = folder.resolve("tokens.yaml");
    Files.writeString(
        tokens,
        "[{name: vera, role: viewer, token: %s}, {name: gateway, role: caller, token: %s}]"
            .formatted(VIEWER, GATEWAY));
    Path gateway = Files.writeString(folder.resolve("gateway.token"), GATEWAY);
    SelfSigned own = SelfSigned.in(folder);
    List<String> errors = new ArrayList<>();
    try (LocalCluster cluster =
            LocalCluster.startSoon(own, 3, List.of("--trace", "demo"), "access.tokens=" + tokens);
        LocalProcess traffic =
            LocalProcess.start(
                "replay",
                cluster.folder(),
                List.of(
                    "replay",
                    "--trace",
                    "demo",
                    "--speed",
                    "0.2",
                    "--target",
                    cluster.targets(),
                    "--ca",
                    own.certificate().toString(),
                    "--token-file",
                    gateway.toString()));
        Chromium chromium = Chromium.start();
        BrowserContext context =
            chromium.browser().newContext(new NewContextOptions().setIgnoreHTTPSErrors(true))) {
      Page page = context.newPage();
      page.onPageError(errors::add);
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
              errors.add(message.text());
            }
          });
      page.navigate(cluster.page(0));
      assertThat(page.locator("#access")).isVisible();
      assertThat(errors)
          .as("the browser says so of what was asked for without a token")
          .allMatch(error -> error.contains("401"));

      show(page, VIEWER);
      assertThat(page.locator("#access")).isHidden();
      errors.clear();
      assertThat(page.locator("#summary")).containsText("3 of 3 nodes up");
      assertThat(page.locator("#functions tr:has(td:not(.none))").first()).isVisible();
      assertThat(page.locator("#figures dd").first()).containsText(Pattern.compile("[1-9]"));
      String asOf = page.locator("#asof").textContent();
      assertThat(page.locator("#asof")).not().hasText(asOf);
      assertThat(page.locator("#trouble")).isHidden();

      cluster.node(2).kill();
      assertThat(page.locator("#summary")).containsText("2 of 3 nodes up");
      asOf = page.locator("#asof").textContent();
      assertThat(page.locator("#asof")).not().hasText(asOf);
      assertThat(errors).isEmpty();
    }
  }

  private static void show(Page page, String token) {
    page.locator("#token").fill(token);
    page.locator("#access button").click();
  }
}
