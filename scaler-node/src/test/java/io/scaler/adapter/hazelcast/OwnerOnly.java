package io.scaler.adapter.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs on the owner as it should and on no backup. It is not sent: the owner submits it. */
record OwnerOnly<V, R>(EntryProcessor<String, V, R> whole)
    implements EntryProcessor<String, V, R>, HazelcastInstanceAware {

  @Override
  public void setHazelcastInstance(HazelcastInstance hazelcast) {
    if (whole instanceof HazelcastInstanceAware aware) {
      aware.setHazelcastInstance(hazelcast);
    }
  }

  @Override
  public R process(Map.Entry<String, V> entry) {
    return whole.process(entry);
  }

  @Override
  public @Nullable EntryProcessor<String, V, R> getBackupProcessor() {
    return null;
  }
}
