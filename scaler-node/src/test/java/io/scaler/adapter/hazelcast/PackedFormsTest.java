package io.scaler.adapter.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import io.scaler.model.FunctionSpec;
import io.scaler.pool.Caller;
import io.scaler.pool.Change;
import io.scaler.pool.Command;
import io.scaler.pool.Event;
import io.scaler.pool.Reply;
import io.scaler.service.Pools;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes with a request comes back as it was. */
class PackedFormsTest {

  static Stream<Class<? extends Record>> records() {
    return PackedForms.records().stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyRecordComesBack(Class<? extends Record> type) throws Exception {
    for (int seed = 0; seed < 3; seed++) {
      Record sample = RecordSamples.sample(type, seed);
      assertThat(PackedForms.value(PackedForms.bytes(sample))).isEqualTo(sample);
    }
  }

  @Test
  void hazelcastSendsWhatGoesWithARequestWithoutASchema() {
    SerializationConfig config = new SerializationConfig();
    PackedForms.register(config);
    InternalSerializationService serialization =
        new DefaultSerializationServiceBuilder().setConfig(config).build();
    PoolProcessor.Order order =
        new PoolProcessor.Order(
            new Command.Assign(
                new FunctionSpec("f", "java", 128, Duration.ofSeconds(60)),
                "request",
                new Caller("node", 7),
                Duration.ofMillis(1_500)),
            "node",
            1);
    Change change =
        new Change(3, Instant.EPOCH, List.of(new Event.Released("request", "instance")));
    Pools.Answer answer = new Pools.Answer(new Reply.Done(), List.of(), null);
    for (Object value :
        List.of(
            new PoolProcessor(order),
            new PoolProcessor.Backup(List.of(change), null),
            new PoolProcessor.Answers(List.of(answer)))) {
      Object there = serialization.toObject(serialization.<Data>toData(value));
      if (there instanceof PoolProcessor processor) {
        assertThat(processor.order()).isEqualTo(order);
      } else {
        assertThat(there).isEqualTo(value);
      }
    }
    serialization.dispose();
  }

  @Test
  void whatANewerMemberAddsAtTheEndIsSkippedAndWhatAnOlderOneDoesNotKnowIsAbsent() {
    PackedOutput out = new PackedOutput();
    int outer = out.begin();
    int newer = out.begin();
    out.number(1);
    out.text("added");
    out.end(newer);
    out.number(2);
    out.end(outer);

    PackedInput in = new PackedInput(out.toBytes());
    int whole = in.enter();
    int part = in.enter();
    assertThat(in.number()).isEqualTo(1);
    assertThat(in.hasMore()).isTrue();
    in.leave(part);
    assertThat(in.number()).isEqualTo(2);
    assertThat(in.hasMore()).isFalse();
    in.leave(whole);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 63, 64, -65, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
  void numbersComeBack(long number) {
    PackedOutput out = new PackedOutput();
    out.number(number);
    assertThat(new PackedInput(out.toBytes()).number()).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "größer", "\uD83D\uDE00"})
  void textsComeBack(String text) {
    PackedOutput out = new PackedOutput();
    out.text(text.repeat(200));
    out.text(null);
    PackedInput in = new PackedInput(out.toBytes());
    assertThat(in.text()).isEqualTo(text.repeat(200));
    assertThat(in.text()).isNull();
  }

  @Test
  void instantsBeforeTheEpochKeepTheirNanoseconds() {
    Change change =
        new Change(
            0,
            Instant.parse("1969-12-31T23:59:59.999999999Z"),
            List.of(new Event.Renewed("instance", Instant.MAX)));
    assertThat(PackedForms.value(PackedForms.bytes(change))).isEqualTo(change);
  }

  @Test
  void aTypeThatIsNotKnownIsNamedByItsCode() {
    PackedOutput out = new PackedOutput();
    out.fixed(0x1234);
    assertThatThrownBy(() -> PackedForms.value(out.toBytes()))
        .hasMessageContaining("00001234")
        .hasMessageContaining("another version");
  }
}
