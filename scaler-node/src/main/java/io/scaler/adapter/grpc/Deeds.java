package io.scaler.adapter.grpc;

import io.grpc.Context;
import io.scaler.service.Failures;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators change, for the log: who did what, said once, when it is done or has failed. */
final class Deeds {
  private static final Logger log = LoggerFactory.getLogger("io.scaler.OperatorChanges");
  private static final Context.Key<String> WHO =
      Context.keyWithDefault("io.scaler.adapter.grpc.who", "anybody");

  private Deeds() {}

  /** In which a call is served, so that it is known whose it is. */
  static Context by(String who) {
    return Context.current().withValue(WHO, who);
  }

  /**
   * Has a deed logged; on the thread that the call is served on.
   *
   * @param deed as a verb and what it is done to
   * @return what is given
   */
  static <A> CompletionStage<A> logged(String deed, CompletionStage<A> done) {
    String who = WHO.get();
    return done.whenComplete(
        (answer, failure) -> {
          if (failure == null) {
            log.info("{}: {}", who, deed);
          } else {
            log.info("{}: {}, which failed: {}", who, deed, Failures.cause(failure).getMessage());
          }
        });
  }
}
