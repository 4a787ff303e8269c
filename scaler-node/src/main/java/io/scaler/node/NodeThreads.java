package io.scaler.node;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a process beside those of gRPC and Hazelcast.
 *
 * @param timers for what is due later; tasks do not block
 * @param callbacks for what depends on an owner's answer; tasks do not block
 * @param background for what may block
 */
record NodeThreads(
    ScheduledExecutorService timers, ExecutorService callbacks, ExecutorService background)
    implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeThreads.class);
  private static final int FEWEST_CALLBACK_THREADS = 2;

  static NodeThreads start() {
    ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, named("timer"));
    timers.setRemoveOnCancelPolicy(true);
    ForkJoinPool callbacks =
        new ForkJoinPool(
            Math.max(FEWEST_CALLBACK_THREADS, Runtime.getRuntime().availableProcessors()),
            pool -> {
              ForkJoinWorkerThread thread =
                  ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
              thread.setName("scaler-callback-" + thread.getPoolIndex());
              return thread;
            },
            (thread, failure) -> log.error("a callback met a bug", failure),
            true);
    return new NodeThreads(timers, callbacks, Executors.newCachedThreadPool(named("background")));
  }

  private static ThreadFactory named(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "scaler-" + name + "-" + number.getAndIncrement());
      thread.setDaemon(true);
      thread.setUncaughtExceptionHandler(
          (failed, failure) -> log.error("{} met a bug", failed.getName(), failure));
      return thread;
    };
  }

  @Override
  public void close() {
    timers.shutdownNow();
    callbacks.shutdownNow();
    background.shutdownNow();
  }
}
