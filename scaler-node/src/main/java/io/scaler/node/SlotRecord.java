package io.scaler.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.scaler.adapter.platform.SlotEvent;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/** The lives of a platform's slots, a line of JSON for each step, times in µs since the epoch. */
final class SlotRecord implements Consumer<SlotEvent> {
  private final PrintWriter out;
  private final JsonMapper json = new JsonMapper();

  SlotRecord(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(SlotEvent event) {
    ObjectNode line =
        json.createObjectNode()
            .put("at", ChronoUnit.MICROS.between(Instant.EPOCH, event.at()))
            .put("kind", event.kind().name())
            .put("slot", event.slotId())
            .put("request", event.requestId())
            .put("memoryMb", event.memoryMb())
            .put("instance", event.instanceId())
            .put("function", event.functionKey());
    try {
      out.println(json.writeValueAsString(line));
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a slot's event is no JSON", e);
    }
  }
}
