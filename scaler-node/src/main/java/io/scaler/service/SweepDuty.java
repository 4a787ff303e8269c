package io.scaler.service;

/** The leader's sweep: has every owner sweep what is due. Costs one message a node. */
public final class SweepDuty implements Runnable {
  private final Leadership leadership;
  private final Mailbox mailbox;

  public SweepDuty(Leadership leadership, Mailbox mailbox) {
    this.leadership = leadership;
    this.mailbox = mailbox;
  }

  @Override
  public void run() {
    leadership.epoch().ifPresent(epoch -> mailbox.broadcast(new Mailbox.Message.SweepDue(epoch)));
  }
}
