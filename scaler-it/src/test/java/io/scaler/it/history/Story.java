package io.scaler.it.history;

import io.scaler.adapter.platform.SlotEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells what concerns a violation, in the order of its times, from zero on. */
final class Story {
  private static final int MANY = 5;

  private final List<Line> lines = new ArrayList<>();
  private final Set<String> concerned = new HashSet<>();

  private record Line(Instant at, String text) {}

  Story add(Call call) {
    concerned.add(call.requestId());
    String what = call.method().name().toLowerCase(Locale.ROOT);
    lines.add(
        new Line(
            call.start(),
            "%-8s of %s for %s%s"
                .formatted(
                    what,
                    call.requestId(),
                    call.function(),
                    call.isRelease() ? ": gives back " + call.instanceId() : "")));
    lines.add(
        new Line(
            call.end(),
            "%-8s of %s is answered %s%s"
                .formatted(
                    what,
                    call.requestId(),
                    call.answer(),
                    call.isAssigned()
                        ? ": holds %s by token %d".formatted(call.instanceId(), call.token())
                        : "")));
    return this;
  }

  Story add(SlotEvent event) {
    concerned.add(event.requestId());
    return add(
        event.at(),
        "platform %s %s%s%s"
            .formatted(
                event.kind(),
                event.slotId(),
                event.instanceId() == null ? "" : ", instance " + event.instanceId(),
                event.functionKey() == null ? "" : " of " + event.functionKey()));
  }

  Story add(Instant at, String text) {
    lines.add(new Line(at, text));
    return this;
  }

  /** The latest of them; of the others, how many there are. */
  Story addLatest(Collection<SlotEvent> events) {
    List<SlotEvent> sorted = events.stream().sorted(Comparator.comparing(SlotEvent::at)).toList();
    int left = Math.max(0, sorted.size() - MANY);
    if (left > 0) {
      add(sorted.get(left - 1).at(), "%d more until then".formatted(left));
    }
    sorted.subList(left, sorted.size()).forEach(this::add);
    return this;
  }

  Violation violating(String rule) {
    lines.sort(Comparator.comparing(Line::at));
    Instant zero = lines.isEmpty() ? Instant.EPOCH : lines.get(0).at();
    return new Violation(
        rule,
        lines.stream()
            .map(
                line ->
                    String.format(
                        Locale.ROOT,
                        "%10.3f ms  %s",
                        Duration.between(zero, line.at()).toNanos() / 1e6,
                        line.text()))
            .toList(),
        concerned);
  }
}
