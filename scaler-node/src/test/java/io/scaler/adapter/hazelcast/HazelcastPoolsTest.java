package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.model.Reason;
import io.scaler.model.StartKind;
import io.scaler.pool.Reply;
import io.scaler.service.Pools.Answer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HazelcastPoolsTest {

  private static Answer answer(Reply reply) {
    return new Answer(reply, List.of(), null);
  }

  @Test
  void grantsAndConfirmationsAreToldByTheThreadThatReceivesThem() {
    assertThat(
            List.of(
                answer(new Reply.Granted("i", 1, Duration.ofSeconds(1), StartKind.WARM)),
                answer(new Reply.Queued()),
                answer(new Reply.Done()),
                answer(new Reply.Renewed(1, Duration.ofSeconds(1)))))
        .allMatch(HazelcastPools::isPlain);
  }

  @Test
  void whatIsExplainedAndLoggedIsNot() {
    assertThat(HazelcastPools.isPlain(answer(new Reply.Refused(Reason.OVERLOADED, "full", null))))
        .isFalse();
    assertThat(HazelcastPools.isPlain(Answer.NO_POOL)).isFalse();
  }
}
