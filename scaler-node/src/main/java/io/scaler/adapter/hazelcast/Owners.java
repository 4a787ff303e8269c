package io.scaler.adapter.hazelcast;

import com.hazelcast.map.EntryProcessor;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The owners of a map's keys.
 *
 * @param <V> the map's values
 */
interface Owners<V> {

  /** Runs what it gets at once. */
  Executor HERE = Runnable::run;

  /**
   * Has the key's owner run the processor. Does not block.
   *
   * @param on reads the answer and tells it, or the failure; {@link #HERE} is on one of Hazelcast's
   *     threads that receive what other nodes send, heartbeats among it: nothing may wait there,
   *     take long, or send to other nodes
   */
  <R> void submit(
      String key,
      EntryProcessor<String, V, R> processor,
      Executor on,
      BiConsumer<@Nullable R, @Nullable Throwable> answered);
}
