package io.scaler.adapter.hazelcast;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import io.scaler.pool.Pool;
import io.scaler.service.Inspection.Summary;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a pool where it is changed, by the thread that changes it.
 *
 * @param prefix pools of functions whose key does not begin with it answer null
 */
record PoolSummary(String prefix) implements EntryProcessor<String, Pool, Summary>, ReadOnly {

  @Override
  public @Nullable Summary process(Map.Entry<String, Pool> entry) {
    Pool pool = entry.getValue();
    if (pool == null || !entry.getKey().startsWith(prefix)) {
      return null;
    }
    int idle = pool.idle().size();
    int busy = pool.assigned();
    int starting = pool.starting();
    return new Summary(
        pool.spec(),
        idle,
        busy,
        starting,
        pool.instances().size() - idle - busy - starting,
        pool.waiters().size(),
        pool.lastChange());
  }

  @Override
  public @Nullable EntryProcessor<String, Pool, Summary> getBackupProcessor() {
    return null;
  }
}
