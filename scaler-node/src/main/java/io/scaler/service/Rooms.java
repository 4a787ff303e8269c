package io.scaler.service;

import io.scaler.pool.Pool;
import io.scaler.pool.Room;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * What the pools owned by this node have of the cluster's memory to give, kept up with their
 * changes, so that nobody has to look at all of them when memory is short. For any number of
 * threads.
 */
public final class Rooms {
  /** As many idle instances of one pool are told of at a time: what looking at one costs. */
  private static final int MOST_OF_ONE = 8;

  private final ConcurrentMap<String, Room> known = new ConcurrentHashMap<>();

  /** The pool has changed; called by the thread that changed it. */
  public void changed(String functionKey, Pool pool) {
    Room room = pool.room(MOST_OF_ONE);
    if (room.isEmpty()) {
      known.remove(functionKey);
    } else {
      known.put(functionKey, room);
    }
  }

  /** Those of the pools that are still owned; the others are forgotten. */
  public Collection<Room> of(Predicate<String> isOwned) {
    known.keySet().removeIf(key -> !isOwned.test(key));
    return known.values();
  }
}
