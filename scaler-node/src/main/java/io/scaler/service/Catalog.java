package io.scaler.service;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Values by function key that every node reads often and few change: specs, plans. Kept in the
 * cluster and cached on every node; a reader may see an old value for a moment.
 */
public interface Catalog<V> {

  /** What this node knows now, without asking: null if there is none or it is not here yet. */
  @Nullable V known(String key);

  /** Stores it and has every node forget the old one. */
  CompletionStage<Void> put(String key, V value);

  CompletionStage<Void> remove(String key);

  /** Those whose keys this node owns. */
  Map<String, V> owned();
}
