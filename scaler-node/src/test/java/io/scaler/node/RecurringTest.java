package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecurringTest {
  @Test
  void comesAgainAfterABugAndWhenThereWasNoThreadToBeHad() throws Exception {
    CountDownLatch turns = new CountDownLatch(3);
    ScheduledExecutorService threads = Executors.newSingleThreadScheduledExecutor();
    try {
      var recurring =
          threads.scheduleWithFixedDelay(
              new Recurring(
                  "failing",
                  () -> {
                    turns.countDown();
                    if (turns.getCount() == 2) {
                      throw new RejectedExecutionException("full");
                    }
                    throw new OutOfMemoryError("unable to create native thread");
                  }),
              0,
              1,
              TimeUnit.MILLISECONDS);

      assertThat(turns.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(recurring.isDone()).isFalse();
    } finally {
      threads.shutdownNow();
    }
  }
}
