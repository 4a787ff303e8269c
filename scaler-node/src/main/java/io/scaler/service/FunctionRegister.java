package io.scaler.service;

import io.scaler.model.FunctionSpec;
import java.time.Duration;
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
  private final ConcurrentMap<String, FunctionSpec> noted = new ConcurrentHashMap<>();

  /**
   * @param next told of everything that this is told of
   */
  public FunctionRegister(Catalog<FunctionSpec> functions, DemandObserver next) {
    this.functions = functions;
    this.next = next;
  }

  @Override
  public void arrived(FunctionSpec function) {
    if (!function.equals(noted.get(function.key()))) {
      note(function);
    }
    next.arrived(function);
  }

  private void note(FunctionSpec function) {
    if (noted.size() >= MOST_REMEMBERED) {
      noted.clear();
    }
    noted.put(function.key(), function);
    functions
        .put(function.key(), function)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                noted.remove(function.key(), function);
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
