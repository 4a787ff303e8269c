package io.scaler.simulation;

import io.scaler.service.Mailbox;
import io.scaler.service.Timer;
import java.time.Duration;
import java.util.function.Consumer;

/** Messages of a node to itself; they take no time and arrive after what is being done. */
final class LocalMailbox implements Mailbox {
  private final Timer timer;
  private Consumer<Message> receiver =
      message -> {
        throw new IllegalStateException("nobody receives " + message);
      };

  LocalMailbox(Timer timer) {
    this.timer = timer;
  }

  @Override
  public void send(String node, Message message) {
    timer.after(Duration.ZERO, () -> receiver.accept(message));
  }

  @Override
  public void broadcast(Message message) {
    send("", message);
  }

  @Override
  public void onMessage(Consumer<Message> to) {
    this.receiver = to;
  }
}
