package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Reason;
import java.time.Duration;
import java.util.List;

/** Tells several of every launch. */
public record LaunchObservers(List<Launching.Observer> all) implements Launching.Observer {
  public LaunchObservers {
    all = List.copyOf(all);
  }

  @Override
  public void launched(FunctionSpec function, Duration took) {
    all.forEach(each -> each.launched(function, took));
  }

  @Override
  public void failed(FunctionSpec function, Reason reason, String message) {
    all.forEach(each -> each.failed(function, reason, message));
  }
}
