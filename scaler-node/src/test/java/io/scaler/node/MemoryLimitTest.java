package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.scaler.node.Wire.Answer;
import io.scaler.node.Wire.End;
import io.scaler.node.Wire.Held;
import io.scaler.node.Wire.Verdict;
import io.scaler.node.Wire.Wanted;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that has memory for two instances of 128 MB and keeps them while it lasts. */
@Timeout(60)
class MemoryLimitTest {
  private Node node;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    node = Node.start(LocalNodes.settings("policy.default=greedy-dual", "limits.memory=256MB"));
    channel = NettyChannelBuilder.forAddress("127.0.0.1", node.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    node.close();
  }

  @Test
  void everyFunctionIsServedInsteadOfOneThatIsIdle() {
    for (int i = 0; i < 6; i++) {
      String key = "f" + i;
      Answer answer = Wire.V1.assign(channel, "r" + i, new Wanted(key, 128, 60));
      assertThat(answer).as(key).extracting(Answer::verdict).isEqualTo(Verdict.OK);
      Wire.V1.release(channel, new Held(key, "r" + i, answer.instanceId()), End.OK);
    }
  }
}
