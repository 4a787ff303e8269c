package io.scaler.pool;

/** Makes one decision on one pool: finds the rule for a command. */
final class DecisionMaker {
  private final Draft draft;
  private final RequestRules requests;
  private final LaunchRules launches;
  private final SweepRules sweeps;

  DecisionMaker(Pool pool, Terms terms) {
    this.draft = new Draft(pool, terms);
    this.requests = new RequestRules(draft);
    this.launches = new LaunchRules(draft);
    this.sweeps = new SweepRules(draft);
  }

  Decision decide(Command command) {
    Reply reply;
    if (command instanceof Command.Assign assign) {
      reply = requests.assign(assign);
    } else if (command instanceof Command.Release release) {
      reply = requests.release(release);
    } else if (command instanceof Command.Cancel cancel) {
      reply = requests.cancel(cancel);
    } else if (command instanceof Command.SlotCreated created) {
      reply = launches.slotCreated(created);
    } else if (command instanceof Command.Ready ready) {
      reply = launches.ready(ready);
    } else if (command instanceof Command.LaunchFailed failed) {
      reply = launches.launchFailed(failed);
    } else if (command instanceof Command.Renew renew) {
      reply = requests.renew(renew);
    } else if (command instanceof Command.Sweep sweep) {
      reply = sweeps.sweep(sweep);
    } else if (command instanceof Command.Prewarm prewarm) {
      reply = launches.prewarm(prewarm);
    } else if (command instanceof Command.MakeRoom makeRoom) {
      reply = sweeps.makeRoom(makeRoom);
    } else if (command instanceof Command.Destroy destroy) {
      reply = sweeps.destroy(destroy);
    } else if (command instanceof Command.Compare compare) {
      reply = launches.compare(compare);
    } else if (command instanceof Command.AskLaunching asked) {
      reply = launches.launching(asked);
    } else if (command instanceof Command.Lost lost) {
      reply = sweeps.lost(lost);
    } else if (command instanceof Command.Adopt adopt) {
      reply = launches.adopt(adopt);
    } else if (command instanceof Command.Destroyed destroyed) {
      reply = launches.destroyed(destroyed);
    } else if (command instanceof Command.NodeLost lost) {
      reply = launches.nodeLost(lost);
    } else {
      throw new IllegalStateException("no rule for " + command);
    }
    if (draft.left() > 0
        && draft.expectation().hasWindows()
        && !(command instanceof Command.Sweep)) {
      draft.dueAt(draft.now());
    }
    return draft.decided(reply);
  }
}
