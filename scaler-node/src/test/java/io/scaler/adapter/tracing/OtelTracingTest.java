package io.scaler.adapter.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.scaler.service.Tracing.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtelTracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private final List<SpanData> spans = new ArrayList<>();
  private final OtelTracing all = tracing(1);
  private final OtelTracing none = tracing(0);

  private OtelTracing tracing(double ratio) {
    return new OtelTracing(
        SimpleSpanProcessor.create(
            new SpanExporter() {
              @Override
              public CompletableResultCode export(Collection<SpanData> exported) {
                spans.addAll(exported);
                return CompletableResultCode.ofSuccess();
              }

              @Override
              public CompletableResultCode flush() {
                return CompletableResultCode.ofSuccess();
              }

              @Override
              public CompletableResultCode shutdown() {
                return CompletableResultCode.ofSuccess();
              }
            }),
        ratio,
        "n1");
  }

  @AfterEach
  void close() {
    all.close();
    none.close();
  }

  @Test
  void aPartIsOfTheTraceThatItsCallerIsIn() {
    Part request = none.beginFor("00-" + TRACE + "-" + SPAN + "-01", "request");
    Part launch = all.begin("launch", request.context());
    launch.end(new IllegalStateException("no room"));
    launch.end(null);
    request.end(null);

    assertThat(spans).extracting(SpanData::getName).containsExactly("launch", "request");
    assertThat(spans).extracting(SpanData::getTraceId).containsOnly(TRACE);
    assertThat(spans.get(1).getParentSpanId()).isEqualTo(SPAN);
    assertThat(spans.get(0).getParentSpanId()).isEqualTo(spans.get(1).getSpanId());
    assertThat(spans.get(0).getStatus())
        .isEqualTo(StatusData.create(io.opentelemetry.api.trace.StatusCode.ERROR, "no room"));
  }

  @Test
  void aShareOfThoseWhoseCallersDoNotSayIsFollowed() {
    assertThat(none.beginFor(null, "request")).isSameAs(Part.NONE);
    assertThat(none.beginFor("malformed", "request")).isSameAs(Part.NONE);
    Part followed = all.beginFor("malformed", "request");
    followed.end(null);

    assertThat(spans).hasSize(1);
    assertThat(followed.context()).isNotNull();
  }

  @Test
  void whoeverSaysNoIsNotFollowed() {
    assertThat(all.beginFor("00-" + TRACE + "-" + SPAN + "-00", "request")).isSameAs(Part.NONE);
    assertThat(all.begin("launch", null)).isSameAs(Part.NONE);
    assertThat(all.begin("launch", "malformed")).isSameAs(Part.NONE);

    assertThat(spans).isEmpty();
  }
}
