package io.scaler.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.adapter.platform.SlotEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SlotRecordTest {

  @Test
  void writesALineForEachStepWithItsTimeInMicroseconds() {
    StringWriter out = new StringWriter();
    SlotRecord slots = new SlotRecord(new PrintWriter(out));

    slots.accept(
        new SlotEvent(
            Instant.parse("2024-03-01T12:00:00.000123Z"),
            SlotEvent.Kind.CREATING,
            "slot-1",
            "i-1",
            512,
            null,
            null));

    assertThat(out.toString().strip())
        .isEqualTo(
            "{\"at\":1709294400000123,\"kind\":\"CREATING\",\"slot\":\"slot-1\",\"request\":\"i-1\","
                + "\"memoryMb\":512,\"instance\":null,\"function\":null}");
  }
}
