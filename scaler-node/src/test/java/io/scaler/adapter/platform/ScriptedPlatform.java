package io.scaler.adapter.platform;

import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Fails its next calls as it is told to, one after another; then every call succeeds. */
final class ScriptedPlatform implements Platform {
  private final Deque<CompletionStage<Void>> script = new ArrayDeque<>();
  private int calls;

  static PlatformException down(boolean mayHaveHappened) {
    return new PlatformException(Kind.UNAVAILABLE, mayHaveHappened, "down", null);
  }

  ScriptedPlatform failing(int times, PlatformException failure) {
    for (int i = 0; i < times; i++) {
      script.add(CompletableFuture.failedStage(failure));
    }
    return this;
  }

  /** One call that is not answered until the returned stage is completed. */
  CompletableFuture<Void> hanging() {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    script.add(answer);
    return answer;
  }

  int calls() {
    return calls;
  }

  private CompletionStage<Void> next() {
    calls++;
    return script.isEmpty() ? CompletableFuture.completedStage(null) : script.remove();
  }

  @Override
  public CompletionStage<String> createSlot(String instanceId, long memoryMb) {
    return next().thenApply(done -> "slot-of-" + instanceId);
  }

  @Override
  public CompletionStage<Duration> init(
      String slotId, String instanceId, FunctionSpec function, long token) {
    return next().thenApply(done -> Duration.ofMillis(1));
  }

  @Override
  public CompletionStage<Void> destroySlot(
      @Nullable String slotId, String instanceId, String reason, long token) {
    return next();
  }

  @Override
  public CompletionStage<Optional<List<Slot>>> listSlots() {
    return next().thenApply(done -> Optional.of(List.of()));
  }
}
