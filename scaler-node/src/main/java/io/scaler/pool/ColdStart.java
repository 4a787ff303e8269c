package io.scaler.pool;

import io.scaler.model.Spans;
import java.time.Duration;
import java.time.Instant;

/**
 * What is remembered of a request that had to wait for a new instance.
 *
 * @param at when it came
 * @param waited until it was served, or refused
 * @param instanceId that served it; empty if it was refused
 * @param attempt of the launch that served it, from 1; 0 if it was refused
 * @param launched why that instance was launched, or why the request was refused, in words
 * @param shortage why no idle instance served it
 */
public record ColdStart(
    String requestId,
    Instant at,
    Duration waited,
    String instanceId,
    int attempt,
    String launched,
    Shortage shortage) {

  /** Whether the request got an instance in the end. */
  public boolean isServed() {
    return !instanceId.isEmpty();
  }

  /** In a sentence, without its stop. */
  public String words() {
    String ending =
        isServed()
            ? "served after %s by a new instance (%s%s)"
                .formatted(
                    Spans.inWords(waited), attempt > 1 ? "attempt " + attempt + ": " : "", launched)
            : "refused after %s: %s".formatted(Spans.inWords(waited), launched);
    return shortage.words(at) + "; " + ending;
  }
}
