package io.scaler.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.service.Failures;
import io.scaler.service.PlatformException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a stage came to. */
final class Outcome {
  private static final int PATIENCE_SECONDS = 10;

  private Outcome() {}

  static <T> T value(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("it failed: " + Failures.cause(e.getCause()), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("there is no outcome", e);
    }
  }

  static Throwable failure(CompletionStage<?> stage) {
    try {
      Object value = stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("it did not fail, but came to " + value);
    } catch (ExecutionException e) {
      return Failures.cause(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("there is no outcome", e);
    }
  }

  static PlatformException refusal(CompletionStage<?> stage) {
    Throwable failure = failure(stage);
    assertThat(failure).isInstanceOf(PlatformException.class);
    return (PlatformException) failure;
  }

  static boolean isPending(CompletionStage<?> stage) {
    return !stage.toCompletableFuture().isDone();
  }
}
