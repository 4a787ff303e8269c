package io.scaler.permit;

import io.scaler.permit.Claim.When;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be asked of a semaphore. Each is idempotent by holder. */
public sealed interface PermitCommand {

  /**
   * Grant the claim, or queue it. A claim of this holder that another node made, held or waiting,
   * is the asking node's from now on, and keeps its place.
   *
   * @param limit permits that the semaphore has, as the asking node is configured
   */
  record Acquire(Claim claim, long limit) implements PermitCommand {}

  /**
   * Take the holder's claim out, held or waiting.
   *
   * @param node unless it is another node's by now; null: whoever's it is
   */
  record Release(String holder, @Nullable String node) implements PermitCommand {}

  /**
   * Grant these, whatever the limit: what they stand for is there. From then on claims that wait
   * for a count are granted at all.
   *
   * @param first whether it is the first count; changes nothing if it is not so
   */
  record Count(List<Claim> claims, boolean first) implements PermitCommand {
    public Count {
      claims = List.copyOf(claims);
    }

    /** By holder. */
    public static Count of(String node, Map<String, Long> permits, boolean first) {
      return new Count(
          permits.entrySet().stream()
              .map(each -> new Claim(each.getKey(), node, each.getValue(), When.COUNTED))
              .toList(),
          first);
    }
  }

  /** Change nothing: for an answer on what is missing. */
  record Measure() implements PermitCommand {}

  /** Take out what the node waits for. What it holds stays: the platform may go on with that. */
  record NodeLost(String node) implements PermitCommand {}
}
