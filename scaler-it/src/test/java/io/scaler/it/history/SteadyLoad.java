package io.scaler.it.history;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.scaler.v1.AssignRequest;
import io.scaler.v1.AssignResponse;
import io.scaler.v1.Assignment;
import io.scaler.v1.Function;
import io.scaler.v1.Outcome;
import io.scaler.v1.ReleaseRequest;
import io.scaler.v1.ReleaseResponse;
import io.scaler.v1.ScalerGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Callers that send requests at a steady rate, hold what they get for a while, and write down all
 * that they see. Answers that say so, and lost ones, are asked for again with the same request id;
 * some holders ask once more for what they have.
 */
public final class SteadyLoad implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int CANCEL_AFTER_MILLIS = 20;

  private static final Pattern NUMBERS = Pattern.compile("[0-9a-zA-Z.-]*\\d[0-9a-zA-Z.-]*");

  private final Settings settings;
  private final List<? extends Channel> channels;
  private final Random random;
  private final String name;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<String, Long> reasons = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger ways = new AtomicInteger();
  private volatile boolean stopping;

  /**
   * How the callers behave.
   *
   * @param perSecond requests
   * @param functions that they ask for, the first one most
   * @param shortest execution, and {@code longest}: those between are drawn evenly by their
   *     logarithm
   * @param deadline of a call
   * @param attempts at a call, all with one request id
   * @param cancelled share of Assigns that are cancelled at once
   * @param repeated share of holders that send their Assign again while they hold, by another way
   * @param vanished share of holders that never release
   * @param cancelling for how long Assigns are cancelled: where an answer and a cancel cross, what
   *     was given is held until its lease runs out, and so long lasts a load
   */
  public record Settings(
      double perSecond,
      int functions,
      Duration shortest,
      Duration longest,
      Duration timeout,
      Duration deadline,
      int attempts,
      double cancelled,
      double repeated,
      double vanished,
      Duration cancelling,
      long seed) {

    /** Executions between 5 ms and 2 s. */
    public static Settings steady(double perSecond, long seed) {
      return new Settings(
          perSecond,
          40,
          Duration.ofMillis(5),
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(15),
          75,
          0.01,
          0.05,
          0,
          Duration.ofSeconds(5),
          seed);
    }

    /**
     * The same with some callers that vanish, and others that cancel, from beginning to end.
     *
     * @param functionTimeout which ends what the ones held and what the others were given too late
     */
    public Settings wild(double share, Duration functionTimeout) {
      return with(share, Duration.ofDays(1), functionTimeout);
    }

    /** The same with callers that cancel for so long. */
    public Settings cancelling(Duration length) {
      return with(vanished, length, timeout);
    }

    private Settings with(double vanishing, Duration cancels, Duration functionTimeout) {
      return new Settings(
          perSecond,
          functions,
          shortest,
          longest,
          functionTimeout,
          deadline,
          attempts,
          cancelled,
          repeated,
          vanishing,
          cancels,
          seed);
    }
  }

  private SteadyLoad(String name, Settings settings, List<? extends Channel> channels) {
    this.name = name;
    this.settings = settings;
    this.channels = List.copyOf(channels);
    this.random = new Random(settings.seed());
  }

  /**
   * Begins to send.
   *
   * @param name makes its request ids
   * @param channels used in turns
   */
  public static SteadyLoad start(String name, Settings settings, List<? extends Channel> channels) {
    SteadyLoad load = new SteadyLoad(name, settings, channels);
    long every = Math.round(1e9 / settings.perSecond());
    load.timer.scheduleAtFixedRate(load::request, 0, every, TimeUnit.NANOSECONDS);
    return load;
  }

  /** All that was seen so far. */
  public List<Call> calls() {
    return new ArrayList<>(calls);
  }

  /** Why attempts failed, by how often; numbers and ids in it are left out. */
  public Map<String, Long> reasons() {
    return new TreeMap<>(reasons);
  }

  /** How many requests were begun. */
  public long requests() {
    return requests.get();
  }

  /** Requests that are not through. */
  public int open() {
    return open.get();
  }

  /** Sends no more requests; those that are under way go on to their end. */
  public void stop() {
    stopping = true;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private void request() {
    if (stopping) {
      return;
    }
    open.incrementAndGet();
    int function =
        (int)
            Math.min(
                settings.functions() - 1, Math.pow(random.nextDouble(), 3) * settings.functions());
    double share = random.nextDouble();
    long execution =
        Math.round(
            settings.shortest().toNanos()
                * Math.pow(
                    (double) settings.longest().toNanos() / settings.shortest().toNanos(), share));
    long number = requests.incrementAndGet();
    boolean mayCancel = number <= settings.perSecond() * settings.cancelling().toSeconds();
    new Request(
            "f" + function,
            name + "-" + number,
            Duration.ofNanos(execution),
            random.nextDouble() < settings.cancelled() && mayCancel,
            random.nextDouble() < settings.repeated(),
            random.nextDouble() < settings.vanished())
        .assign(1);
  }

  /** One request from its Assign to its Release. */
  private final class Request {
    private final String function;
    private final String id;
    private final Duration execution;
    private final boolean isCancelled;
    private final boolean isRepeated;
    private final boolean vanishes;
    private final Instant begun = Instant.now();

    /** Whether it gives back what it held: who asks for it then would be given another one. */
    private volatile boolean isReleasing;

    /** Which channel the next call goes over: each its own. */
    private final AtomicInteger way = new AtomicInteger(ways.getAndIncrement());

    Request(
        String function,
        String id,
        Duration execution,
        boolean isCancelled,
        boolean isRepeated,
        boolean vanishes) {
      this.function = function;
      this.id = id;
      this.execution = execution;
      this.isCancelled = isCancelled;
      this.isRepeated = isRepeated;
      this.vanishes = vanishes;
    }

    private AssignRequest asked() {
      return AssignRequest.newBuilder()
          .setRequestId(id)
          .setFunction(
              Function.newBuilder()
                  .setKey(function)
                  .setMemoryMb(128)
                  .setTimeout(wire(settings.timeout())))
          .build();
    }

    void assign(int attempt) {
      int channel = way.getAndIncrement();
      Instant start = Instant.now();
      Context.CancellableContext context = Context.current().withCancellation();
      context.run(
          () ->
              stub(channel)
                  .assign(
                      asked(),
                      new Answer<AssignResponse>(
                          response -> assigned(start, response.getAssignment(), channel),
                          failure -> notAssigned(start, failure, context.isCancelled(), attempt))));
      if (isCancelled) {
        timer.schedule(() -> context.cancel(null), CANCEL_AFTER_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private void assigned(Instant start, Assignment assignment, int channel) {
      writeAssigned(start, assignment);
      if (isRepeated) {
        open.incrementAndGet();
        later(execution.dividedBy(2), () -> assignAgain(channel + 1, 1));
      }
      if (vanishes) {
        open.decrementAndGet();
      } else {
        later(execution, () -> release(assignment.getInstanceId(), 1));
      }
    }

    /** What it holds, it is to be given; nothing is made of the answer. */
    private void assignAgain(int channel, int attempt) {
      Instant start = Instant.now();
      stub(channel)
          .assign(
              asked(),
              new Answer<AssignResponse>(
                  response -> {
                    writeAssigned(start, response.getAssignment());
                    open.decrementAndGet();
                  },
                  failure -> {
                    remember("assign again", failure.status());
                    write(Call.Method.ASSIGN, start, failure, false, "");
                    if (failure.isLost() && mayRepeat(attempt)) {
                      later(pauseAfter(attempt), () -> assignYetAgain(channel + 1, attempt + 1));
                    } else {
                      open.decrementAndGet();
                    }
                  }));
    }

    private void assignYetAgain(int channel, int attempt) {
      if (isReleasing) {
        open.decrementAndGet();
      } else {
        assignAgain(channel, attempt);
      }
    }

    private void notAssigned(Instant start, Failure failure, boolean wasCancelled, int attempt) {
      remember("assign", failure.status());
      write(Call.Method.ASSIGN, start, failure, wasCancelled, "");
      if (failure.isLost() && !wasCancelled && mayRepeat(attempt)) {
        later(pauseAfter(attempt), () -> assign(attempt + 1));
      } else {
        open.decrementAndGet();
      }
    }

    private void release(String instanceId, int attempt) {
      isReleasing = true;
      ReleaseRequest request =
          ReleaseRequest.newBuilder()
              .setAssignment(
                  Assignment.newBuilder()
                      .setFunctionKey(function)
                      .setRequestId(id)
                      .setInstanceId(instanceId))
              .setOutcome(Outcome.OK)
              .setDuration(wire(execution))
              .build();
      Instant start = Instant.now();
      stub(way.getAndIncrement())
          .release(
              request,
              new Answer<ReleaseResponse>(
                  response -> {
                    write(
                        Call.Method.RELEASE,
                        start,
                        false,
                        Call.OK,
                        "",
                        instanceId,
                        0,
                        Duration.ZERO);
                    open.decrementAndGet();
                  },
                  failure -> {
                    remember("release", failure.status());
                    write(Call.Method.RELEASE, start, failure, false, instanceId);
                    if (failure.isLost() && mayRepeat(attempt)) {
                      later(pauseAfter(attempt), () -> release(instanceId, attempt + 1));
                    } else {
                      open.decrementAndGet();
                    }
                  }));
    }

    private void writeAssigned(Instant start, Assignment assignment) {
      com.google.protobuf.Duration lease = assignment.getLease().getRemaining();
      boolean isMeant =
          assignment.getRequestId().equals(id) && assignment.getFunctionKey().equals(function);
      write(
          Call.Method.ASSIGN,
          start,
          false,
          isMeant ? Call.OK : "MEANT_FOR_ANOTHER",
          "",
          assignment.getInstanceId(),
          assignment.getLease().getToken(),
          Duration.ofSeconds(lease.getSeconds(), lease.getNanos()));
    }

    private void write(
        Call.Method method,
        Instant start,
        Failure failure,
        boolean wasCancelled,
        String instanceId) {
      write(
          method,
          start,
          wasCancelled,
          failure.status().getCode().name(),
          failure.reason(),
          instanceId,
          0,
          Duration.ZERO);
    }

    private void write(
        Call.Method method,
        Instant start,
        boolean wasCancelled,
        String code,
        String reason,
        String instanceId,
        long token,
        Duration lease) {
      calls.add(
          new Call(
              method,
              function,
              id,
              start,
              Instant.now(),
              settings.deadline(),
              wasCancelled,
              code,
              reason,
              instanceId,
              token,
              lease));
    }

    /** Longer each time, and not the same for all: those who failed together come back apart. */
    private Duration pauseAfter(int attempt) {
      double factor =
          (1L << Math.min(attempt - 1, 10)) * ThreadLocalRandom.current().nextDouble(0.5, 1);
      Duration pause = Duration.ofNanos(Math.round(FIRST_PAUSE.toNanos() * factor));
      return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Not for much longer than a caller would wait. */
    private boolean mayRepeat(int attempt) {
      Duration since = Duration.between(begun, Instant.now()).minus(execution);
      return attempt < settings.attempts()
          && since.compareTo(settings.deadline().multipliedBy(2)) < 0;
    }

    private void remember(String method, Status status) {
      String reason = method + " " + status.getCode() + ": " + status.getDescription();
      reasons.merge(NUMBERS.matcher(reason).replaceAll("#"), 1L, Long::sum);
    }

    private ScalerGrpc.ScalerStub stub(int channel) {
      return ScalerGrpc.newStub(channels.get(Math.floorMod(channel, channels.size())))
          .withDeadlineAfter(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void later(Duration pause, Runnable task) {
      if (!timer.isShutdown()) {
        timer.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  /**
   * Why a call has no answer.
   *
   * @param reason that the server gave; empty if it gave none
   */
  private record Failure(Status status, String reason) {
    static Failure of(Throwable thrown) {
      return new Failure(Status.fromThrowable(thrown), reason(thrown));
    }

    /** Without a server's reason, a server that goes away shows as CANCELLED too. */
    boolean isLost() {
      return status.getCode() == Status.Code.UNAVAILABLE
          || status.getCode() == Status.Code.DEADLINE_EXCEEDED
          || (status.getCode() == Status.Code.CANCELLED && reason.isEmpty());
    }

    private static String reason(Throwable thrown) {
      com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
      if (status == null) {
        return "";
      }
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          try {
            return detail.unpack(ErrorInfo.class).getReason();
          } catch (InvalidProtocolBufferException e) {
            return "MALFORMED_DETAILS";
          }
        }
      }
      return "";
    }
  }

  private static com.google.protobuf.Duration wire(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /**
   * Passes an answer, or why there is none, on. A message whose call did not end well is no answer:
   * the server may have heard that the call was cancelled.
   */
  private static final class Answer<T> implements StreamObserver<T> {
    private final Consumer<T> answered;
    private final Consumer<Failure> failed;
    private @Nullable T message;

    Answer(Consumer<T> answered, Consumer<Failure> failed) {
      this.answered = answered;
      this.failed = failed;
    }

    @Override
    public void onNext(T response) {
      message = response;
    }

    @Override
    public void onError(Throwable thrown) {
      failed.accept(Failure.of(thrown));
    }

    @Override
    public void onCompleted() {
      T response = message;
      if (response == null) {
        failed.accept(
            new Failure(Status.INTERNAL.withDescription("a call ended without an answer"), ""));
      } else {
        answered.accept(response);
      }
    }
  }
}
