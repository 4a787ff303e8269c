package io.scaler.adapter.hazelcast;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.topic.ITopic;
import io.scaler.service.Mailbox;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages over topics: one for each node, one for everybody. */
final class HazelcastMailbox implements Mailbox {
  private static final Logger log = LoggerFactory.getLogger(HazelcastMailbox.class);

  private final HazelcastInstance hazelcast;
  private final String node;
  private final ITopic<Message> everybody;
  private final ConcurrentMap<String, ITopic<Message>> inboxes = new ConcurrentHashMap<>();
  private volatile Consumer<Message> receiver =
      message -> {
        throw new IllegalStateException("nobody takes messages yet: " + message);
      };

  HazelcastMailbox(HazelcastInstance hazelcast, String node) {
    this.hazelcast = hazelcast;
    this.node = node;
    this.everybody = hazelcast.getTopic(Structures.EVERYBODY);
  }

  @Override
  public void send(String to, Message message) {
    if (to.equals(node)) {
      receiver.accept(message);
      return;
    }
    try {
      inbox(to).publish(message);
    } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
      log.info("a message to {} is lost, whoever waits for it asks again: {}", to, e.toString());
    }
  }

  @Override
  public void broadcast(Message message) {
    try {
      everybody.publish(message);
    } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
      log.info("a message to all is lost, whoever waits for it asks again: {}", e.toString());
    }
  }

  @Override
  public void onMessage(Consumer<Message> newReceiver) {
    receiver = newReceiver;
    inbox(node).addMessageListener(message -> newReceiver.accept(message.getMessageObject()));
    everybody.addMessageListener(message -> newReceiver.accept(message.getMessageObject()));
  }

  /** The node has left for good. */
  void forget(String left) {
    inboxes.remove(left);
  }

  private ITopic<Message> inbox(String of) {
    return inboxes.computeIfAbsent(of, id -> hazelcast.getTopic(Structures.INBOX + id));
  }
}
