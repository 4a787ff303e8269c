package io.scaler.adapter.hazelcast;

import com.hazelcast.map.IMap;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import io.scaler.pool.Command;
import io.scaler.pool.Pool;
import io.scaler.pool.Reply;
import io.scaler.pool.Room;
import io.scaler.service.PoolCounts;
import io.scaler.service.Pools;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Pools in a map, each decided on by its key's owner. */
final class HazelcastPools implements Pools {
  private final IMap<String, Pool> map;
  private final CommandBatches batches;
  private final PartitionService partitions;
  private final OwnerCalls calls;
  private final PoolOwner owner;
  private final Executor background;

  private BitSet ownedBefore = new BitSet();

  HazelcastPools(
      IMap<String, Pool> map,
      PartitionService partitions,
      OwnerCalls calls,
      CommandBatches batches,
      PoolOwner owner,
      Executor background) {
    this.map = map;
    this.batches = batches;
    this.partitions = partitions;
    this.calls = calls;
    this.owner = owner;
    this.background = background;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A request's answer may come on one of Hazelcast's threads.
   */
  @Override
  public CompletionStage<Answer> submit(String functionKey, Command command) {
    OwnerCalls.Question<Answer> question =
        (attempt, on, answered) -> {
          if (attempt == 0) {
            batches.submit(functionKey, command, on, answered);
          } else {
            batches.repeat(functionKey, command, attempt, on, answered);
          }
        };
    return isRequest(command)
        ? calls.submit(question, HazelcastPools::isPlain)
        : calls.submit(question);
  }

  /** The caller of one of these is told the answer, and that is all. */
  private static boolean isRequest(Command command) {
    return command instanceof Command.Assign
        || command instanceof Command.Release
        || command instanceof Command.Renew;
  }

  /** Nothing is to be done, and nothing to be explained and logged. */
  static boolean isPlain(Answer answer) {
    Reply reply = answer.reply();
    return answer.followUps().isEmpty()
        && (reply instanceof Reply.Granted
            || reply instanceof Reply.Queued
            || reply instanceof Reply.Done
            || reply instanceof Reply.Renewed);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Keys that this node has come to own since the last call are due at once: what their former
   * owner knew of their due times went with it. Blocks for a moment when that happened.
   */
  @Override
  public Collection<String> takeDue(Instant now, int most) {
    lookForNewKeys(now);
    List<String> due = owner.due().take(now, most);
    due.removeIf(key -> !isOwned(key));
    return due;
  }

  private synchronized void lookForNewKeys(Instant now) {
    BitSet owned = new BitSet();
    for (Partition partition : partitions.getPartitions()) {
      if (isLocal(partition)) {
        owned.set(partition.getPartitionId());
      }
    }
    BitSet gained = (BitSet) owned.clone();
    gained.andNot(ownedBefore);
    if (!gained.isEmpty()) {
      for (String key : map.localKeySet()) {
        if (gained.get(partitions.getPartition(key).getPartitionId())) {
          owner.due().offer(key, now);
        }
      }
    }
    ownedBefore = owned;
  }

  @Override
  public CompletionStage<Set<String>> keys() {
    return CompletableFuture.supplyAsync(map::keySet, background);
  }

  @Override
  public Collection<String> owned() {
    return map.localKeySet();
  }

  @Override
  public Collection<Room> rooms() {
    return owner.rooms().of(this::isOwned);
  }

  PoolCounts.Sum counts() {
    return owner.counts().sum(this::isOwned, owner.rules().clock().instant());
  }

  @Override
  public void touch(String functionKey) {
    if (isOwned(functionKey)) {
      owner.due().offer(functionKey, owner.rules().clock().instant());
    }
  }

  boolean isOwned(String key) {
    return isLocal(partitions.getPartition(key));
  }

  /** The node that owns it; empty while nobody does. */
  Optional<String> owner(String key) {
    return Optional.ofNullable(partitions.getPartition(key).getOwner()).map(Structures::node);
  }

  private static boolean isLocal(Partition partition) {
    var member = partition.getOwner();
    return isLocal(member);
  }

  private static boolean isLocal(com.hazelcast.cluster.@Nullable Member member) {
    return member != null && member.localMember();
  }
}
