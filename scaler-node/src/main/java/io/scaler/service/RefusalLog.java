package io.scaler.service;

import io.scaler.model.Reason;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what is refused, of each kind one line in {@link #EVERY} at most, lest a flood fill the log:
 * the first at once, and of those that follow how many and the latest. One pass logs what was held
 * back long enough. For any number of threads.
 */
public final class RefusalLog implements Runnable {
  /** How long a kind is silent after a line. */
  public static final Duration EVERY = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);
  private static final int LONGEST = 300;

  /** What callers send may be in what is said; it stays on its line. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, Kind> kinds = new ConcurrentHashMap<>();

  private static final class Kind {
    private final Consumer<String> voice;
    private final AtomicLong due;
    private final AtomicLong unsaid = new AtomicLong();
    private volatile String latest = "";

    Kind(Consumer<String> voice, long due) {
      this.voice = voice;
      this.due = new AtomicLong(due);
    }
  }

  /**
   * @param nanoTime for elapsed time only
   */
  public RefusalLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * A call was not let in.
   *
   * @param port that it came to
   * @param words who is refused what and why
   */
  public void denied(String port, Denial denial, String words) {
    Consumer<String> voice =
        switch (denial.kind()) {
          case UNKNOWN, FORBIDDEN -> log::warn;
          case EXHAUSTED -> log::info;
        };
    refused(voice, port + ", " + denial.word(), words);
  }

  /**
   * A call was let in and not served.
   *
   * @param method that was called
   * @param words what it was and why
   */
  public void refused(String method, Reason reason, String words) {
    Consumer<String> voice =
        switch (reason) {
          case INVALID_FIELD, OVERLOADED, TIMED_OUT, LAUNCH_FAILED -> log::info;
          case FUNCTION_NOT_FOUND,
              INSTANCE_NOT_FOUND,
              NOT_HOLDER,
              REQUEST_FINISHED,
              PLATFORM_UNAVAILABLE,
              NODE_UNAVAILABLE,
              CANCELLED,
              SUPERSEDED ->
              log::debug;
        };
    refused(voice, method + ", " + reason.name().toLowerCase(Locale.ROOT), words);
  }

  private void refused(Consumer<String> voice, String kind, String words) {
    long now = nanoTime.getAsLong();
    Kind of = kinds.computeIfAbsent(kind, first -> new Kind(voice, now));
    of.latest = words;
    of.unsaid.incrementAndGet();
    say(kind, of, now);
  }

  @Override
  public void run() {
    long now = nanoTime.getAsLong();
    kinds.forEach((kind, of) -> say(kind, of, now));
  }

  private static void say(String kind, Kind of, long now) {
    long due = of.due.get();
    if (now - due < 0
        || of.unsaid.get() == 0
        || !of.due.compareAndSet(due, now + EVERY.toNanos())) {
      return;
    }
    long many = of.unsaid.getAndSet(0);
    String words = CONTROL.matcher(of.latest).replaceAll("?");
    String cut = words.length() <= LONGEST ? words : words.substring(0, LONGEST - 1) + "…";
    of.voice.accept(
        many <= 1
            ? "refused (%s): %s".formatted(kind, cut)
            : "refused %d times (%s), the latest: %s".formatted(many, kind, cut));
  }
}
