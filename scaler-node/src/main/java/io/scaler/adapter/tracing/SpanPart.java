package io.scaler.adapter.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.scaler.service.Failures;
import io.scaler.service.Tracing;
import org.jspecify.annotations.Nullable;

/** A part of a request, as a span. */
record SpanPart(Span span) implements Tracing.Part {
  @Override
  public String context() {
    return OtelTracing.traceparent(span.getSpanContext());
  }

  @Override
  public void say(String key, String value) {
    span.setAttribute(key, value);
  }

  @Override
  public void end(@Nullable Throwable failure) {
    if (failure != null) {
      span.setStatus(StatusCode.ERROR, Failures.message(failure));
    }
    span.end();
  }
}
