package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import io.scaler.model.ScalerException;
import io.scaler.service.Whereabouts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.management.BadAttributeValueExpException;
import org.assertj.core.description.TextDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a member reads that came with Java serialization. */
class SerializationFilterTest {
  private final InternalSerializationService serialization =
      new DefaultSerializationServiceBuilder()
          .setConfig(
              Structures.config(
                      new ClusterSettings(
                          "filter",
                          "127.0.0.1",
                          0,
                          List.of(),
                          "",
                          1,
                          Duration.ofSeconds(1),
                          Duration.ofSeconds(3),
                          Duration.ofSeconds(10),
                          Duration.ofSeconds(2),
                          Duration.ofDays(1)),
                      "n",
                      Whereabouts.UNKNOWN,
                      null)
                  .getSerializationConfig())
          .build();

  @AfterEach
  void dispose() {
    serialization.dispose();
  }

  private Object there(Object value) {
    return serialization.toObject(serialization.<Data>toData(value));
  }

  @Test
  void errorsOfMembersComeBack() {
    for (Exception error :
        List.of(
            new IOException("cut off"),
            new HazelcastInstanceNotActiveException("stopping"),
            ScalerException.invalid("field", "must be right"))) {
      assertThat(there(error)).hasSameClassAs(error);
    }
  }

  @Test
  void whatDoesThingsWhileItIsReadAndWhatIsUnknownDoesNot() {
    for (Object other :
        List.of(
            new BadAttributeValueExpException("gadget"),
            new org.opentest4j.AssertionFailedError("somebody else's"))) {
      assertThatThrownBy(() -> there(other))
          .as(new TextDescription("%s", other.getClass()))
          .hasMessageContaining("not allowed");
    }
  }
}
