package io.scaler.adapter.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.scaler.service.Requests;
import io.scaler.service.Tracing;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Spans, collected by OpenTelemetry's SDK. */
public final class OtelTracing implements Tracing, AutoCloseable {
  private static final String HEADER = "traceparent";
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(3);

  /** The carrier is the header's value. */
  private static final TextMapGetter<String> TRACEPARENT =
      (carrier, key) -> key.equals(HEADER) ? carrier : null;

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * Sends spans to a collector, a few seconds' at a time; what it does not take is lost.
   *
   * @param endpoint of OTLP over HTTP, as {@code http://127.0.0.1:4318/v1/traces}
   * @param sampleRatio the share of requests that are followed of those whose callers do not say
   * @param node this node's id
   * @throws IllegalArgumentException if the endpoint is no URL
   */
  public static OtelTracing to(String endpoint, double sampleRatio, String node) {
    OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build();
    return new OtelTracing(BatchSpanProcessor.builder(exporter).build(), sampleRatio, node);
  }

  /**
   * @param processor gets the spans
   */
  public OtelTracing(SpanProcessor processor, double sampleRatio, String node) {
    this.provider =
        SdkTracerProvider.builder()
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampleRatio)))
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.builder()
                                .put("service.name", "scaler")
                                .put("service.instance.id", node)
                                .build())))
            .addSpanProcessor(processor)
            .build();
    this.tracer = provider.get("io.scaler");
  }

  /** Follows each request from here on, as a part of what its caller does, if that says so. */
  public Requests traced(Requests requests) {
    return new TracedRequests(requests, this);
  }

  @Override
  public Part begin(String name, @Nullable String parent) {
    if (parent == null) {
      return Part.NONE;
    }
    Context around = context(parent);
    return Span.fromContext(around).getSpanContext().isSampled()
        ? new SpanPart(tracer.spanBuilder(name).setParent(around).startSpan())
        : Part.NONE;
  }

  /**
   * Begins what is a part of nothing that this cluster does.
   *
   * @param parent what a caller says that it is a part of; may be malformed, which is as if it said
   *     nothing
   */
  Part beginFor(@Nullable String parent, String name) {
    Span span =
        tracer
            .spanBuilder(name)
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent == null ? Context.root() : context(parent))
            .startSpan();
    return span.getSpanContext().isSampled() ? new SpanPart(span) : Part.NONE;
  }

  private static Context context(String traceparent) {
    return W3CTraceContextPropagator.getInstance()
        .extract(Context.root(), traceparent, TRACEPARENT);
  }

  static String traceparent(SpanContext of) {
    return "00-" + of.getTraceId() + "-" + of.getSpanId() + "-" + of.getTraceFlags().asHex();
  }

  /** Sends what is left, for a few seconds at most. */
  @Override
  public void close() {
    var unused = provider.shutdown().join(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
