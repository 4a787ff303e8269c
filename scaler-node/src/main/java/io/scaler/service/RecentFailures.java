package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Reason;
import io.scaler.service.Vitals.Failure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** What failed on this node since somebody looked: the latest few. For any number of threads. */
public final class RecentFailures implements Launching.Observer {
  private static final int LONGEST_MESSAGE = 300;

  private final InstantSource clock;
  private final String node;
  private final int most;
  private final Deque<Failure> latest = new ArrayDeque<>();

  public RecentFailures(InstantSource clock, String node, int most) {
    this.clock = clock;
    this.node = node;
    this.most = most;
  }

  @Override
  public void launched(FunctionSpec function, Duration took) {}

  @Override
  public void failed(FunctionSpec function, Reason reason, String message) {
    add("launch", function.key(), lower(reason), message);
  }

  /** A call failed. */
  void refused(String what, String functionKey, Reason reason, String message) {
    add(what, functionKey, lower(reason), message);
  }

  /** A call met what nobody expected. */
  void bug(String what, String functionKey, String message) {
    add(what, functionKey, "bug", message);
  }

  private synchronized void add(String what, String functionKey, String reason, String message) {
    if (latest.size() == most) {
      latest.removeFirst();
    }
    String words =
        message.length() <= LONGEST_MESSAGE
            ? message
            : message.substring(0, LONGEST_MESSAGE - 1) + "…";
    latest.addLast(new Failure(clock.instant(), node, what, functionKey, reason, words));
  }

  private static String lower(Reason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  /** Those that were not looked at before, the oldest first. */
  synchronized List<Failure> take() {
    List<Failure> taken = List.copyOf(latest);
    latest.clear();
    return taken;
  }
}
