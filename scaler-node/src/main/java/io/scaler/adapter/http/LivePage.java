package io.scaler.adapter.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.scaler.demand.Demand;
import io.scaler.model.Check;
import io.scaler.model.FunctionSpec;
import io.scaler.model.Plan;
import io.scaler.model.Reason;
import io.scaler.model.ScalerException;
import io.scaler.pool.PoolState;
import io.scaler.service.Chronicle;
import io.scaler.service.Failures;
import io.scaler.service.Inspection;
import io.scaler.service.Inspection.Summary;
import io.scaler.service.KnownNode;
import io.scaler.service.Vitals.Hot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The page at {@code /} that shows the cluster as it is, and what it asks for: {@code
 * /api/cluster}, {@code /api/functions} and {@code /api/function}. All that it is made of is within
 * the jar.
 */
public final class LivePage {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MOST_FUNCTIONS = 20;
  private static final int MOST_FOUND = 100;

  /** A search looks at every pool: however many pages ask for one, it is made once in so long. */
  private static final Duration SEARCH_EVERY = Duration.ofSeconds(3);

  private static final int MOST_SEARCHES = 100;
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private final Facts facts;
  private final Chronicle chronicle;
  private final Inspection inspection;
  private final InstantSource clock;
  private final Cache<String, CompletableFuture<List<Summary>>> searches;

  /**
   * What does not change, and what this node knows without asking others.
   *
   * @param node its id
   * @param expected nodes when all are up
   * @param platform that instances run on, for people
   * @param plans the plan that holds for a function, as far as this node knows
   */
  public record Facts(
      String node, int expected, String platform, Function<FunctionSpec, Plan> plans) {}

  /**
   * @param nanoTime for elapsed time only
   */
  public LivePage(
      Facts facts,
      Chronicle chronicle,
      Inspection inspection,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.facts = facts;
    this.chronicle = chronicle;
    this.inspection = inspection;
    this.clock = clock;
    this.searches =
        Caffeine.newBuilder()
            .maximumSize(MOST_SEARCHES)
            .expireAfterWrite(SEARCH_EVERY)
            .ticker(nanoTime::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /** By their paths. */
  Map<String, Endpoint> endpoints() {
    Map<String, Endpoint> endpoints = new HashMap<>(assets());
    endpoints.put("/api/cluster", this::cluster);
    endpoints.put("/api/functions", this::functions);
    endpoints.put("/api/function", this::function);
    return endpoints;
  }

  private static Map<String, Endpoint> assets() {
    return Map.of(
        "/", asset("/page/page.html", "text/html; charset=utf-8"),
        "/page.css", asset("/page/page.css", "text/css; charset=utf-8"),
        "/page.js", asset("/page/page.js", SCRIPT),
        "/plots.js", asset("/plots.js", SCRIPT),
        "/charts.js", asset(CHARTS, SCRIPT));
  }

  private static Endpoint asset(String resource, String contentType) {
    try (InputStream in = LivePage.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      Response response =
          new Response(200, contentType, new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return parameters -> response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Response cluster(Map<String, String> parameters) {
    long after = number("after", parameters.getOrDefault("after", "0"));
    Instant now = clock.instant();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("node", facts.node());
    view.put("at", now.toEpochMilli());
    view.put("expectedNodes", facts.expected());
    view.put("platform", facts.platform());
    view.put("spanSeconds", Chronicle.SPAN.toSeconds());
    view.put("noMajority", inspection.noMajority().orElse(null));
    Map<String, KnownNode> known = new HashMap<>();
    inspection.known().forEach(each -> known.put(each.node(), each));
    view.put(
        "nodes",
        chronicle.members(now).stream()
            .map(each -> Views.member(each, known.get(each.vitals().node()), now))
            .toList());
    view.put("steps", chronicle.after(after).stream().map(Views::step).toList());
    view.put("failures", chronicle.failures().stream().map(Views::failure).toList());
    return Response.json(200, view);
  }

  private static long number(String name, String text) {
    try {
      return Check.between(name, Long.parseLong(text), 0, Long.MAX_VALUE);
    } catch (NumberFormatException e) {
      throw ScalerException.invalid(name, "must be a whole number");
    }
  }

  /** The hottest, or those whose key begins with a prefix, as they were a few seconds ago. */
  private Response functions(Map<String, String> parameters) {
    String prefix = Check.text("prefix", parameters.getOrDefault("prefix", ""), Check.LONGEST_ID);
    Instant now = clock.instant();
    List<Hot> hottest = chronicle.hottest(Integer.MAX_VALUE, now);
    Map<String, Hot> hot = new LinkedHashMap<>();
    hottest.forEach(each -> hot.put(each.key(), each));
    List<Map<String, Object>> rows = new ArrayList<>();
    boolean isMore;
    if (prefix.isEmpty()) {
      List<Hot> shown = hottest.subList(0, Math.min(MOST_FUNCTIONS, hottest.size()));
      isMore = shown.size() < hottest.size();
      Map<String, Summary> pools =
          await(inspection.functions(shown.stream().map(Hot::key).collect(Collectors.toSet())))
              .stream()
              .collect(Collectors.toMap(each -> each.spec().key(), Function.identity()));
      shown.forEach(each -> rows.add(Views.row(each.key(), each, pools.get(each.key()))));
    } else {
      List<Summary> found = await(search(prefix));
      isMore = found.size() > MOST_FOUND;
      found.stream()
          .limit(MOST_FOUND)
          .forEach(
              each -> rows.add(Views.row(each.spec().key(), hot.get(each.spec().key()), each)));
    }
    return Response.json(200, Map.of("functions", rows, "more", isMore));
  }

  private CompletionStage<List<Summary>> search(String prefix) {
    CompletableFuture<List<Summary>> search =
        searches.get(prefix, begin -> inspection.functions(begin).toCompletableFuture());
    // One that failed is made again by whoever asks next.
    return search.whenComplete(
        (found, failure) -> {
          if (failure != null) {
            searches.asMap().remove(prefix, search);
          }
        });
  }

  private Response function(Map<String, String> parameters) {
    String key = Check.id("key", parameters.getOrDefault("key", ""));
    CompletionStage<Optional<Demand>> demand = inspection.demand(key);
    PoolState pool =
        await(inspection.pool(key))
            .orElseThrow(
                () ->
                    ScalerException.of(
                        Reason.FUNCTION_NOT_FOUND,
                        "no instances or requests of function " + key + " are known"));
    return Response.json(
        200,
        Views.function(pool, facts.plans().apply(pool.spec()), await(demand), clock.instant()));
  }

  private static <T> T await(CompletionStage<T> answer) {
    try {
      return answer.toCompletableFuture().orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      if (Failures.cause(e) instanceof ScalerException refusal) {
        throw refusal;
      } else if (Failures.cause(e) instanceof java.util.concurrent.TimeoutException) {
        throw ScalerException.of(
            Reason.NODE_UNAVAILABLE,
            "the cluster did not answer within " + LIMIT.toSeconds() + " s");
      }
      throw e;
    }
  }
}
