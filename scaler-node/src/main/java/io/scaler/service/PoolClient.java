package io.scaler.service;

import io.scaler.model.FunctionSpec;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to pools and does what comes back: starts, destroys and tells.
 *
 * <p>The answer is passed on after its follow-ups have been started, not when they are done. A node
 * that dies with follow-ups undone leaves instances that the leader's sweep finds.
 */
public final class PoolClient {
  private final Pools pools;
  private final Mailbox mailbox;
  private final Duration leaseGrace;
  private final Tracing tracing;
  private final Launcher launcher;
  private final Reaper reaper;

  /**
   * @param leaseGrace added to a function's timeout to make its lease, as the pools do
   */
  public PoolClient(Pools pools, Mailbox mailbox, Duration leaseGrace, Launching launching) {
    this.pools = pools;
    this.mailbox = mailbox;
    this.leaseGrace = leaseGrace;
    this.tracing = launching.tracing();
    this.reaper = new Reaper(this, launching);
    this.launcher = new Launcher(this, reaper, launching);
  }

  /**
   * Has the pool's owner decide.
   *
   * @return the reply, null if the function has no pool; fails as {@link Pools#submit} does
   */
  public CompletionStage<@Nullable Reply> submit(String functionKey, Command command) {
    return pools
        .submit(functionKey, command)
        .thenApply(
            answer -> {
              List<Event.FollowUp> followUps = answer.followUps();
              FunctionSpec spec = answer.spec();
              if (spec != null) {
                for (int i = 0; i < followUps.size(); i++) {
                  carryOut(spec, followUps.get(i));
                }
              }
              return answer.reply();
            });
  }

  /** Launches that this node is carrying out. */
  public int launching() {
    return launcher.inFlight();
  }

  private void carryOut(FunctionSpec function, Event.FollowUp followUp) {
    if (followUp instanceof Event.HandedOver handed) {
      Tracing.Part part = tracing.begin("scaler.hand-off", handed.caller().trace());
      part.say("scaler.instance", handed.instanceId());
      mailbox.send(
          handed.caller().node(),
          new Mailbox.Message.HandedOver(
              function.key(),
              handed.requestId(),
              handed.caller().call(),
              handed.instanceId(),
              handed.token(),
              function.timeout().plus(leaseGrace),
              handed.startKind(),
              handed.waited()));
      part.end(null);
    } else if (followUp instanceof Event.WaiterRefused refused) {
      mailbox.send(
          refused.caller().node(),
          new Mailbox.Message.Refused(
              refused.caller().call(), refused.reason(), refused.message(), refused.retryAfter()));
    } else if (followUp instanceof Event.LaunchBegun begun) {
      launcher.launch(function, begun);
    } else if (followUp instanceof Event.LaunchTaken taken) {
      launcher.resume(function, taken);
    } else if (followUp instanceof Event.Retired retired) {
      reaper.destroy(
          function.key(),
          new Reaper.Doomed(
              retired.instanceId(), retired.slotId(), retired.token(), !retired.used()),
          retired.why());
    } else if (followUp instanceof Event.RetiredAgain again) {
      reaper.destroy(
          function.key(),
          new Reaper.Doomed(again.instanceId(), again.slotId(), again.token(), !again.used()),
          "not confirmed before");
    } else {
      throw new IllegalStateException("nobody carries out " + followUp);
    }
  }
}
