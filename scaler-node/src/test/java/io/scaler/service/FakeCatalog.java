package io.scaler.service;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A catalog of one node, which owns everything; fails to store while told to. */
final class FakeCatalog<V> implements Catalog<V> {
  final Map<String, V> values = new HashMap<>();
  int puts;
  boolean failing;

  @Override
  public V known(String key) {
    return values.get(key);
  }

  @Override
  public CompletionStage<Void> put(String key, V value) {
    if (failing) {
      return CompletableFuture.failedStage(new IllegalStateException("no majority"));
    }
    puts++;
    values.put(key, value);
    return Failures.done();
  }

  @Override
  public CompletionStage<Void> remove(String key) {
    values.remove(key);
    return Failures.done();
  }

  @Override
  public Map<String, V> owned() {
    return Map.copyOf(values);
  }
}
