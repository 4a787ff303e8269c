package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.topic.ITopic;
import io.scaler.service.Mailbox.Message;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HazelcastMailboxTest {
  private int published;

  static Stream<RuntimeException> failures() {
    return Stream.of(
        new HazelcastInstanceNotActiveException(), new HazelcastException("no schema yet"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aMessageThatCannotBeSentIsLostWhetherItIsForOneOrForAll(RuntimeException failure) {
    HazelcastMailbox mailbox = new HazelcastMailbox(whoseTopicsFailWith(failure), "node0");

    mailbox.send("node1", new Message.RoomWanted());
    mailbox.broadcast(new Message.RoomWanted());

    assertThat(published).isEqualTo(2);
  }

  private HazelcastInstance whoseTopicsFailWith(RuntimeException failure) {
    ITopic<?> topic =
        fake(
            ITopic.class,
            (proxy, method, arguments) -> {
              published++;
              throw failure;
            });
    return fake(HazelcastInstance.class, (proxy, method, arguments) -> topic);
  }

  private static <T> T fake(Class<T> type, InvocationHandler behaviour) {
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, behaviour));
  }
}
