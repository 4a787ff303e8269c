package io.scaler.adapter.platform;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.scaler.model.ScalerException;
import io.scaler.service.Failures;
import io.scaler.service.PlatformException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures of a platform as {@code scaler.v1.Platform} spells them. */
final class PlatformErrors {
  private static final Logger log = LoggerFactory.getLogger(PlatformErrors.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private PlatformErrors() {}

  static StatusRuntimeException status(Throwable failure) {
    Throwable cause = Failures.cause(failure);
    Status.Builder status = Status.newBuilder().setMessage(Failures.message(cause));
    if (cause instanceof ScalerException bad) {
      status.setCode(Code.INVALID_ARGUMENT_VALUE);
      bad.field()
          .ifPresent(
              field ->
                  status.addDetails(
                      Any.pack(
                          BadRequest.newBuilder()
                              .addFieldViolations(
                                  BadRequest.FieldViolation.newBuilder()
                                      .setField(field)
                                      .setDescription(Failures.message(bad)))
                              .build())));
    } else if (cause instanceof PlatformException refusal) {
      Duration retryAfter = refusal.retryAfter() == null ? RETRY_AFTER : refusal.retryAfter();
      switch (refusal.kind()) {
        case UNAVAILABLE ->
            status
                .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
                .addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(GrpcPlatform.duration(retryAfter))
                            .build()));
        case FAILED -> status.setCode(Code.INTERNAL_VALUE);
        case REFUSED -> status.setCode(Code.FAILED_PRECONDITION_VALUE);
      }
    } else {
      log.error("a call met a bug", cause);
      status.setCode(Code.INTERNAL_VALUE).setMessage("internal error");
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
