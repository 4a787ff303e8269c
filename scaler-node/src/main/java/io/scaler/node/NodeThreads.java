package io.scaler.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a process beside those of gRPC and Hazelcast.
 *
 * @param timers for what is due later; tasks do not block
 * @param callbacks for what depends on an owner's answer; tasks do not block
 * @param background for what may block
 * @param watch for looking whether the timers still run
 * @param http for what callers of the HTTP port make wait: few, so that those who only keep
 *     connections open take threads from each other alone; refuses what is too much
 */
record NodeThreads(
    ScheduledExecutorService timers,
    ExecutorService callbacks,
    ExecutorService background,
    ScheduledExecutorService watch,
    ExecutorService http)
    implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeThreads.class);
  private static final int FEWEST_CALLBACK_THREADS = 2;
  private static final int HTTP_THREADS = 32;
  private static final int HTTP_QUEUE = 128;

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
    ThreadPoolExecutor http =
        new ThreadPoolExecutor(
            HTTP_THREADS,
            HTTP_THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(HTTP_QUEUE),
            named("http"));
    http.allowCoreThreadTimeOut(true);
    return new NodeThreads(
        timers,
        callbacks,
        Executors.newCachedThreadPool(named("background")),
        Executors.newSingleThreadScheduledExecutor(named("watch")),
        http);
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
    watch.shutdownNow();
    http.shutdownNow();
  }
}
