package io.scaler.service;

/** The leader's planning: has every owner turn demand into plans. Costs one message a node. */
public final class PlanDuty implements Runnable {
  private final Leadership leadership;
  private final Mailbox mailbox;

  public PlanDuty(Leadership leadership, Mailbox mailbox) {
    this.leadership = leadership;
    this.mailbox = mailbox;
  }

  @Override
  public void run() {
    leadership.epoch().ifPresent(epoch -> mailbox.broadcast(new Mailbox.Message.PlanDue(epoch)));
  }
}
