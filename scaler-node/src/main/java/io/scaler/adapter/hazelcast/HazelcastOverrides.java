package io.scaler.adapter.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.scaler.model.Reason;
import io.scaler.model.Ruling;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import io.scaler.service.Overrides;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators laid down, in a map of which every node keeps a copy of its own: a function's rule
 * is found by the beginning of its key, for which the map itself would have to be searched. A node
 * reads the map again whenever it is told of a change, and every minute, lest it was not told.
 */
final class HazelcastOverrides implements Overrides {
  private static final Logger log = LoggerFactory.getLogger(HazelcastOverrides.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Duration LONGEST_UNHEARD = Duration.ofMinutes(1);

  private final IMap<String, Ruling> map;
  private final RecencyMajority majority;
  private final NoMajority noMajority;
  private final LongSupplier nanoTime;
  private final Executor background;
  private final AtomicBoolean stale = new AtomicBoolean(true);
  private volatile List<Ruling> known = List.of();
  private volatile long readAt;
  private volatile boolean untold;
  private volatile boolean wasRead;

  /** Guarded by this, as what is told is: the last that is told is what is known. */
  private Consumer<List<Ruling>> listener = rulings -> {};

  private boolean saidWhyNot;

  /**
   * @param background for what blocks
   */
  HazelcastOverrides(
      IMap<String, Ruling> map,
      RecencyMajority majority,
      NoMajority noMajority,
      LongSupplier nanoTime,
      Executor background) {
    this.map = map;
    this.majority = majority;
    this.noMajority = noMajority;
    this.nanoTime = nanoTime;
    this.background = background;
    map.addEntryListener(new Changes(), false);
  }

  /**
   * Who is told of everything that holds, now and after every change, in the background; again if
   * it throws. Blocks while the map is read, unless this node hears from no majority yet.
   */
  synchronized void onChange(Consumer<List<Ruling>> newListener) {
    listener = newListener;
    untold = true;
    if (majority.isPresent()) {
      readAgain();
    } else {
      tell();
    }
  }

  /** Whether this node has read what was laid down since it joined. */
  boolean isRead() {
    return wasRead;
  }

  /** Reads the map again if that is due; to be called every second or so. */
  void tick() {
    boolean isOld = nanoTime.getAsLong() - readAt > LONGEST_UNHEARD.toNanos();
    if ((stale.get() || isOld || untold) && majority.isPresent()) {
      background.execute(this::readAgain);
    }
  }

  private void readAgain() {
    try {
      read();
    } catch (RuntimeException e) {
      stale.set(true);
      log.info("overrides could not be read, the next look comes: {}", Failures.message(e));
    }
  }

  /** One at a time, so that what was read last is what is known. */
  private synchronized void read() {
    stale.set(false);
    readAt = nanoTime.getAsLong();
    List<Ruling> now = all(map);
    wasRead = true;
    if (!now.equals(known)) {
      known = now;
      untold = true;
    }
    tell();
  }

  private void tell() {
    if (!untold) {
      return;
    }
    try {
      listener.accept(known);
      untold = false;
      saidWhyNot = false;
    } catch (RuntimeException e) {
      if (!saidWhyNot) {
        log.warn("overrides are not all in force yet, they are told again: {}", e.toString());
        saidWhyNot = true;
      }
    }
  }

  private static List<Ruling> all(IMap<String, Ruling> map) {
    return map.values().stream().sorted(Ruling.MOST_SPECIAL_FIRST).toList();
  }

  @Override
  public List<Ruling> known() {
    return known;
  }

  @Override
  public CompletionStage<List<Ruling>> all() {
    return ask(() -> all(map));
  }

  @Override
  public CompletionStage<Void> put(Ruling ruling) {
    return ask(() -> {
          map.set(ruling.functions(), ruling);
          read();
          return ruling;
        })
        .thenAccept(done -> {});
  }

  @Override
  public CompletionStage<Boolean> remove(String functions) {
    return ask(
        () -> {
          boolean was = map.remove(functions) != null;
          read();
          return was;
        });
  }

  private <T> CompletionStage<T> ask(Supplier<T> question) {
    if (!majority.isPresent()) {
      return CompletableFuture.failedFuture(noMajority.refusal());
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return question.get();
          } catch (SplitBrainProtectionException e) {
            throw noMajority.refusal();
          } catch (HazelcastInstanceNotActiveException e) {
            throw unavailable("this node is stopping");
          } catch (HazelcastException e) {
            throw unavailable("what became of it is not certain, repeat it: " + e.getMessage());
          }
        },
        background);
  }

  private static ScalerException unavailable(String message) {
    return ScalerException.retryable(Reason.NODE_UNAVAILABLE, message, RETRY_AFTER);
  }

  private final class Changes
      implements EntryAddedListener<String, Ruling>,
          EntryUpdatedListener<String, Ruling>,
          EntryRemovedListener<String, Ruling> {
    @Override
    public void entryAdded(EntryEvent<String, Ruling> event) {
      changed();
    }

    @Override
    public void entryUpdated(EntryEvent<String, Ruling> event) {
      changed();
    }

    @Override
    public void entryRemoved(EntryEvent<String, Ruling> event) {
      changed();
    }

    private void changed() {
      if (stale.compareAndSet(false, true)) {
        background.execute(HazelcastOverrides.this::readAgain);
      }
    }
  }
}
