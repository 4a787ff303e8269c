package io.scaler.adapter.hazelcast;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.proxy.MapProxyImpl;
import com.hazelcast.spi.impl.InternalCompletableFuture;
import com.hazelcast.spi.impl.NodeEngine;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The owners of a Hazelcast map's keys, asked below its public interface: the futures of that make
 * two tasks of the common pool for every call, which costs more than all that the owner does.
 */
final class MapOwners<V> implements Owners<V> {
  private final MapProxyImpl<String, V> map;

  /**
   * @throws IllegalArgumentException if the map is not Hazelcast's own on a member
   */
  MapOwners(IMap<String, V> map) {
    if (!(map instanceof MapProxyImpl<String, V> proxy)) {
      throw new IllegalArgumentException(map.getName() + " is no member's map: " + map.getClass());
    }
    this.map = proxy;
  }

  @Override
  public <R> void submit(
      String key,
      EntryProcessor<String, V, R> processor,
      Executor on,
      BiConsumer<@Nullable R, @Nullable Throwable> answered) {
    InternalCompletableFuture<Data> invocation = map.executeOnKeyInternal(key, processor);
    var unused =
        invocation.whenCompleteAsync(
            (answer, failure) -> {
              R read = null;
              Throwable failed = failure;
              if (failed == null) {
                try {
                  NodeEngine engine = map.getNodeEngine();
                  read = engine.toObject(answer);
                } catch (RuntimeException e) {
                  failed = e;
                }
              }
              answered.accept(read, failed);
            },
            on);
  }
}
