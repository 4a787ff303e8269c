package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes the spec of every function that is asked for in the cluster's catalog, when it is new here.
 */
public final class FunctionRegister implements DemandObserver {
  private static final Logger log = LoggerFactory.getLogger(FunctionRegister.class);
  private static final int MOST_REMEMBERED = 200_000;

  private final Catalog<FunctionSpec> functions;
  private final DemandObserver next;
  private final InstantSource clock;
  private final Duration renewAfter;
  private final ConcurrentMap<String, Noted> noted = new ConcurrentHashMap<>();

  private record Noted(FunctionSpec spec, Instant at) {}

  /**
   * @param next told of everything that this is told of
   * @param renewAfter a spec is noted again after so long, lest it be forgotten as unused
   */
  public FunctionRegister(
      Catalog<FunctionSpec> functions,
      DemandObserver next,
      InstantSource clock,
      Duration renewAfter) {
    this.functions = functions;
    this.next = next;
    this.clock = clock;
    this.renewAfter = renewAfter;
  }

  @Override
  public void arrived(FunctionSpec function) {
    Noted before = noted.get(function.key());
    Instant now = clock.instant();
    if (before == null
        || !before.spec().equals(function)
        || !now.isBefore(before.at().plus(renewAfter))) {
      note(new Noted(function, now));
    }
    next.arrived(function);
  }

  private void note(Noted latest) {
    FunctionSpec function = latest.spec();
    if (noted.size() >= MOST_REMEMBERED) {
      noted.clear();
    }
    noted.put(function.key(), latest);
    functions
        .put(function.key(), function)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                noted.remove(function.key(), latest);
                log.debug(
                    "{}: its spec was not noted, the next request notes it: {}",
                    function.key(),
                    Failures.message(failure));
              }
            });
  }

  @Override
  public void executed(String functionKey, Duration took) {
    next.executed(functionKey, took);
  }
}
