package io.scaler.adapter.tracing;

import io.scaler.model.FunctionSpec;
import io.scaler.model.Lease;
import io.scaler.model.Outcome;
import io.scaler.service.Requests;
import io.scaler.service.Tracing.Part;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Requests whose Assigns are followed. */
final class TracedRequests implements Requests {
  private final Requests requests;
  private final OtelTracing tracing;

  TracedRequests(Requests requests, OtelTracing tracing) {
    this.requests = requests;
    this.tracing = tracing;
  }

  @Override
  public AssignCall assign(
      FunctionSpec function, String requestId, Duration patience, @Nullable String trace) {
    Part part = tracing.beginFor(trace, "scaler.assign");
    if (part == Part.NONE) {
      return requests.assign(function, requestId, patience, null);
    }
    part.say("scaler.function", function.key());
    part.say("scaler.request", requestId);
    return requests
        .assign(function, requestId, patience, part.context())
        .heardBy(
            (assignment, failure) -> {
              if (failure == null) {
                part.say("scaler.instance", assignment.instanceId());
                part.say("scaler.start", assignment.startKind().name().toLowerCase(Locale.ROOT));
              }
              part.end(failure);
            });
  }

  @Override
  public CompletionStage<Void> release(
      String functionKey,
      String requestId,
      String instanceId,
      Outcome outcome,
      @Nullable Duration executed,
      String reason) {
    return requests.release(functionKey, requestId, instanceId, outcome, executed, reason);
  }

  @Override
  public CompletionStage<Lease> renew(String functionKey, String requestId, String instanceId) {
    return requests.renew(functionKey, requestId, instanceId);
  }
}
