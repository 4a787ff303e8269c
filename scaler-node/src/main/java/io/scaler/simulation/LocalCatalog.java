package io.scaler.simulation;

import io.scaler.service.Catalog;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Values of a node that knows them all. */
final class LocalCatalog<V> implements Catalog<V> {
  private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

  private final Map<String, V> values = new HashMap<>();

  @Override
  public @Nullable V known(String key) {
    return values.get(key);
  }

  @Override
  public CompletionStage<Void> put(String key, V value) {
    values.put(key, value);
    return DONE;
  }

  @Override
  public CompletionStage<Void> remove(String key) {
    values.remove(key);
    return DONE;
  }

  @Override
  public Map<String, V> owned() {
    return Map.copyOf(values);
  }
}
