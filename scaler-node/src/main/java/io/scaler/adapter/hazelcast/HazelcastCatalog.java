package io.scaler.adapter.hazelcast;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.map.MapEvent;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import com.hazelcast.map.listener.MapClearedListener;
import io.scaler.service.Catalog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Values in a map, cached on every node with Caffeine. A change replaces the copies of all nodes
 * that have one; what a node was not told of is found when it next asks after a minute. A copy
 * stays until the value that replaces it is there.
 */
final class HazelcastCatalog<V> implements Catalog<V> {
  private static final Duration LONGEST_UNHEARD = Duration.ofMinutes(1);
  private static final long MOST_CACHED = 200_000;

  private final IMap<String, V> map;
  private final AsyncLoadingCache<String, Optional<V>> cache;

  HazelcastCatalog(IMap<String, V> map, LongSupplier nanoTime, Executor background) {
    this.map = map;
    Ticker ticker = nanoTime::getAsLong;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(MOST_CACHED)
            .refreshAfterWrite(LONGEST_UNHEARD)
            .ticker(ticker)
            .recordStats()
            .executor(background)
            .buildAsync((key, executor) -> load(key));
    map.addEntryListener(new Changes(), true);
  }

  private CompletableFuture<Optional<V>> load(String key) {
    return map.getAsync(key).<Optional<V>>thenApply(Optional::ofNullable).toCompletableFuture();
  }

  @Override
  public @Nullable V known(String key) {
    CompletableFuture<Optional<V>> value = cache.get(key);
    return value.isDone() && !value.isCompletedExceptionally() ? value.join().orElse(null) : null;
  }

  @Override
  public CompletionStage<Void> put(String key, V value) {
    return map.setAsync(key, value)
        .thenAccept(done -> cache.synchronous().put(key, Optional.of(value)));
  }

  @Override
  public CompletionStage<Void> remove(String key) {
    return map.removeAsync(key).thenAccept(removed -> cache.synchronous().invalidate(key));
  }

  @Override
  public Map<String, V> owned() {
    Map<String, V> values = new HashMap<>();
    for (String key : map.localKeySet()) {
      V value = known(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    return values;
  }

  /** Reads that found a copy here. */
  long hits() {
    return cache.synchronous().stats().hitCount();
  }

  /** Reads that did not. */
  long misses() {
    return cache.synchronous().stats().missCount();
  }

  private final class Changes
      implements EntryAddedListener<String, V>,
          EntryUpdatedListener<String, V>,
          EntryRemovedListener<String, V>,
          EntryExpiredListener<String, V>,
          MapClearedListener {
    @Override
    public void entryAdded(EntryEvent<String, V> event) {
      replace(event);
    }

    @Override
    public void entryUpdated(EntryEvent<String, V> event) {
      replace(event);
    }

    @Override
    public void entryRemoved(EntryEvent<String, V> event) {
      cache.synchronous().invalidate(event.getKey());
    }

    @Override
    public void entryExpired(EntryEvent<String, V> event) {
      cache.synchronous().invalidate(event.getKey());
    }

    @Override
    public void mapCleared(MapEvent event) {
      cache.synchronous().invalidateAll();
    }

    private void replace(EntryEvent<String, V> event) {
      if (cache.getIfPresent(event.getKey()) != null) {
        cache.synchronous().put(event.getKey(), Optional.of(event.getValue()));
      }
    }
  }
}
