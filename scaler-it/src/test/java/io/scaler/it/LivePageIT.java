package io.scaler.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * A node's page in a browser that reaches nothing but that node, while three nodes get traffic. The
 * last of the tests kills nodes. What it looked like is kept in {@code target/page}.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LivePageIT {
  private static final double LIMIT_MILLIS = 60_000;
  private static final int WATCHED = 1;

  private static Chromium chromium;
  private static LocalCluster cluster;
  private static LocalProcess traffic;

  private final List<String> errors = new ArrayList<>();
  private final List<String> elsewhere = new ArrayList<>();
  private BrowserContext context;

  @BeforeAll
  static void start() {
    Chromium.need();
    PlaywrightAssertions.setDefaultAssertionTimeout(LIMIT_MILLIS);
    chromium = Chromium.start();
    cluster = LocalCluster.startSoon(3, List.of("--trace", "demo"));
    traffic =
        LocalProcess.start(
            "replay",
            cluster.folder(),
            List.of("replay", "--trace", "demo", "--speed", "0.15", "--target", cluster.targets()));
  }

  @AfterAll
  static void stop() {
    if (traffic != null) {
      traffic.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  @AfterEach
  void close() {
    context.close();
  }

  private Page open(NewContextOptions options) {
    return open(options, "");
  }

  /** Opens the page; whatever it asks of another server is refused and noted. */
  private Page open(NewContextOptions options, String hash) {
    context = chromium.browser().newContext(options);
    int port = URI.create(cluster.page(WATCHED)).getPort();
    context.route(
        asked -> URI.create(asked).getPort() != port,
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
    page.navigate(cluster.page(WATCHED) + hash);
    return page;
  }

  private static void shoot(Page page, String name) {
    page.screenshot(
        new ScreenshotOptions()
            .setFullPage(true)
            .setPath(Path.of("target", "page", name + ".png")));
  }

  private static Locator rows(Page page, String table) {
    return page.locator(table + " tr:has(td:not(.none))");
  }

  private static String figure(Page page, String name) {
    return page.locator("#figures div")
        .filter(new Locator.FilterOptions().setHasText(name))
        .locator("dd")
        .innerText();
  }

  private static void awaitTraffic(Page page) {
    assertThat(page.locator("#summary")).containsText("3 of 3 nodes up");
    assertThat(page.locator("#summary")).containsText("leads (term ");
    assertThat(rows(page, "#functions").first()).isVisible();
    assertThat(page.locator("#figures dd").first()).containsText(Pattern.compile("[1-9]"));
  }

  /** How many of a plot's points are not of its background. */
  private static int painted(Page page, String canvas) {
    return ((Number)
            page.evalOnSelector(
                canvas,
                "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
                    + " let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n;"
                    + " }"))
        .intValue();
  }

  @Test
  @Order(1)
  void showsTheClusterUnderTrafficAndGoesOnByItself() {
    Page page = open(new NewContextOptions().setViewportSize(1360, 900));
    awaitTraffic(page);

    assertThat(rows(page, "#nodes")).hasCount(3);
    assertThat(page.locator("#nodes")).containsText("● ready");
    assertThat(page.locator("#nodes")).containsText(String.valueOf(cluster.grpcPort(WATCHED)));
    assertThat(page.locator("#nodes")).containsText("★ leads");
    assertThat(rows(page, "#beside")).hasCount(3);
    String before = page.locator("#asof").innerText();
    assertThat(page.locator("#asof")).not().hasText(before);
    for (String plot : List.of("#requests", "#late", "#instances", "#memory")) {
      assertThat(painted(page, plot)).as(plot).isGreaterThan(500);
    }
    assertThat(figure(page, "instances")).as("instances").doesNotStartWith("–");

    page.locator("#functions button").first().click();
    assertThat(page.locator("#function-facts")).containsText("cost-optimal");
    assertThat(rows(page, "#function-instances").first()).isVisible();
    assertThat(page.locator("#function-gaps")).isVisible();
    assertThat(painted(page, "#gaps")).isGreaterThan(500);
    shoot(page, "desktop");

    page.reload();
    assertThat(page.locator("#function-facts")).containsText("cost-optimal");

    page.locator("#prefix").fill("no such function");
    assertThat(page.locator("#functions")).containsText("No function whose key begins so");
    assertThat(errors).isEmpty();
    assertThat(elsewhere).isEmpty();
  }

  @Test
  @Order(2)
  void fitsAPhoneAndADarkScreenAndDoesWithoutColour() {
    Page page =
        open(
            new NewContextOptions()
                .setViewportSize(390, 844)
                .setDeviceScaleFactor(2)
                .setIsMobile(true)
                .setHasTouch(true)
                .setColorScheme(ColorScheme.DARK));
    awaitTraffic(page);
    page.locator("#functions button").first().tap();
    assertThat(page.locator("#function-facts")).containsText("cost-optimal");

    assertThat(page.evaluate("() => document.documentElement.scrollWidth"))
        .as("nothing is wider than the screen")
        .isEqualTo(page.evaluate("() => document.documentElement.clientWidth"));
    assertThat(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(20, 23, 28)");
    shoot(page, "phone");

    page.setViewportSize(1360, 900);
    shoot(page, "dark");
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    page.evaluate("() => { document.documentElement.style.filter = 'grayscale(1)'; }");
    assertThat(page.locator("#requests-key line[stroke-dasharray]:not([stroke-dasharray=''])"))
        .hasCount(3);
    shoot(page, "greyscale");
    assertThat(elsewhere).isEmpty();
  }

  @Test
  @Order(3)
  void showsTheClusterWhateverItsAddressNames() {
    Page page = open(new NewContextOptions(), "#100%");
    awaitTraffic(page);

    assertThat(page.locator("#function")).isHidden();
    assertThat(errors).isEmpty();
  }

  @Test
  @Order(4)
  void asksForATokenOnceAndSendsItFromThenOn() {
    Page page = open(new NewContextOptions());
    awaitTraffic(page);
    context.route(
        Pattern.compile("/api/"),
        route -> {
          if ("Bearer let me in".equals(route.request().headers().get("authorization"))) {
            route.resume();
          } else {
            route.fulfill(
                new com.microsoft.playwright.Route.FulfillOptions()
                    .setStatus(401)
                    .setHeaders(Map.of("WWW-Authenticate", "Bearer")));
          }
        });

    assertThat(page.locator("#access")).isVisible();
    page.locator("#token").fill("let me in");
    page.locator("#access button").click();

    assertThat(page.locator("#access")).isHidden();
    String before = page.locator("#asof").innerText();
    assertThat(page.locator("#asof")).not().hasText(before);
    page.reload();
    awaitTraffic(page);
    assertThat(page.locator("#access")).isHidden();
  }

  @Test
  @Order(5)
  void showsThatANodeIsGoneAndSaysSoWhenItIsItsOwn() {
    Page page = open(new NewContextOptions().setViewportSize(1360, 900));
    awaitTraffic(page);

    cluster.node(0).kill();
    assertThat(page.locator("#summary")).containsText("2 of 3 nodes up");
    assertThat(page.locator("#summary")).containsText("leads (term ");
    assertThat(page.locator("#nodes tr.gone")).hasCount(1);
    assertThat(page.locator("#nodes tr.gone")).containsText("✕ gone for");
    assertThat(page.locator("#nodes tr.gone")).containsText(", lost");
    assertThat(errors).isEmpty();
    shoot(page, "a-node-gone");
    for (int width : new int[] {1280, 1360, 1400, 1600}) {
      page.setViewportSize(width, 900);
      assertThat(
              page.evalOnSelector(
                  "#nodes", "t => t.parentElement.scrollWidth - t.parentElement.clientWidth"))
          .as("px of the nodes' table that are cut at a width of %d", width)
          .isEqualTo(0);
    }
    page.setViewportSize(1360, 900);

    cluster.node(WATCHED).kill();
    assertThat(page.locator("#trouble")).isVisible();
    assertThat(page.locator("#trouble")).containsText("This node does not answer");
    assertThat(page.locator("#summary")).containsText("no answer since");
    shoot(page, "own-node-gone");

    cluster.restart(WATCHED);
    assertThat(page.locator("#trouble")).isHidden();
    assertThat(page.locator("#summary")).containsText("2 of 3 nodes up");
    assertThat(page.locator("#nodes")).containsText("(this)");

    cluster.node(2).kill();
    assertThat(page.locator("#summary")).containsText("no majority: calls are refused");
    assertThat(page.locator("#summary")).not().containsText("copied");
    assertThat(page.locator("#trouble")).containsText("This node hears from no majority");
    assertThat(page.locator("#trouble")).containsText("; missing: ");
    assertThat(page.locator("#trouble")).containsText("that it has not met since it started");
    shoot(page, "no-majority");
    assertThat(elsewhere).isEmpty();
  }
}
