package io.scaler.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.net.ConnectException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusFailuresTest {
  private record Means(Kind kind, boolean mayHaveHappened) {}

  private static final Map<Code, Means> TABLE = new EnumMap<>(Code.class);

  static {
    TABLE.put(Code.OK, new Means(Kind.FAILED, true));
    TABLE.put(Code.CANCELLED, new Means(Kind.UNAVAILABLE, true));
    TABLE.put(Code.UNKNOWN, new Means(Kind.FAILED, true));
    TABLE.put(Code.INVALID_ARGUMENT, new Means(Kind.REFUSED, false));
    TABLE.put(Code.DEADLINE_EXCEEDED, new Means(Kind.UNAVAILABLE, true));
    TABLE.put(Code.NOT_FOUND, new Means(Kind.FAILED, false));
    TABLE.put(Code.ALREADY_EXISTS, new Means(Kind.FAILED, false));
    TABLE.put(Code.PERMISSION_DENIED, new Means(Kind.REFUSED, false));
    TABLE.put(Code.RESOURCE_EXHAUSTED, new Means(Kind.UNAVAILABLE, true));
    TABLE.put(Code.FAILED_PRECONDITION, new Means(Kind.FAILED, false));
    TABLE.put(Code.ABORTED, new Means(Kind.UNAVAILABLE, true));
    TABLE.put(Code.OUT_OF_RANGE, new Means(Kind.REFUSED, false));
    TABLE.put(Code.UNIMPLEMENTED, new Means(Kind.REFUSED, false));
    TABLE.put(Code.INTERNAL, new Means(Kind.FAILED, true));
    TABLE.put(Code.UNAVAILABLE, new Means(Kind.UNAVAILABLE, true));
    TABLE.put(Code.DATA_LOSS, new Means(Kind.FAILED, true));
    TABLE.put(Code.UNAUTHENTICATED, new Means(Kind.REFUSED, false));
  }

  @Test
  void readsEveryStatusThatComesWithoutAnAnswerOfThePlatform() {
    for (Code code : Code.values()) {
      PlatformException failure =
          StatusFailures.translate(
              "CreateSlot", code.toStatus().withDescription("why").asRuntimeException());
      assertThat(new Means(failure.kind(), failure.mayHaveHappened()))
          .as(code.name())
          .isEqualTo(TABLE.get(code));
      assertThat(failure).hasMessage("CreateSlot: %s: why", code);
    }
  }

  @Test
  void knowsThatACallWithoutAConnectionWasNotSent() {
    Status refused = Status.UNAVAILABLE.withCause(new ConnectException("refused"));
    PlatformException failure =
        StatusFailures.translate("CreateSlot", refused.asRuntimeException());
    assertThat(failure.mayHaveHappened()).isFalse();
  }

  @Test
  void takesAFailureThatIsNoStatusForUncertain() {
    PlatformException failure =
        StatusFailures.translate("CreateSlot", new IllegalStateException("a bug"));
    assertThat(failure.kind()).isEqualTo(Kind.FAILED);
    assertThat(failure.mayHaveHappened()).isTrue();
  }
}
