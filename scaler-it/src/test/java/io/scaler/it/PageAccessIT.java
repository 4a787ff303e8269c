package io.scaler.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's page in a browser, where the node wants a token. */
@Timeout(300)
class PageAccessIT {
  private static final String VIEWER = "viewer-0123456789";
  private static final String GATEWAY = "gateway-0123456789";

  @TempDir private Path folder;

  @Test
  void asksForATokenAndKeepsItForTheTab() throws IOException {
    Chromium.need();
    Path tokens = folder.resolve("tokens.yaml");
    Files.writeString(
        tokens,
        "[{name: vera, role: viewer, token: %s}, {name: gateway, role: caller, token: %s}]"
            .formatted(VIEWER, GATEWAY));
    try (LocalCluster cluster = LocalCluster.start(1, List.of(), "access.tokens=" + tokens);
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

  private static void show(Page page, String token) {
    page.locator("#token").fill(token);
    page.locator("#access button").click();
  }
}
