package io.scaler.adapter.platform;

import static io.scaler.adapter.platform.Outcome.isPending;
import static io.scaler.adapter.platform.Outcome.refusal;
import static io.scaler.adapter.platform.Outcome.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.scaler.model.FunctionSpec;
import io.scaler.service.Platform.Slot;
import io.scaler.service.PlatformException;
import io.scaler.service.PlatformException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a platform does besides that keeps the promises of {@code scaler.v1.Platform}. */
abstract class FencedPlatformContractTest extends PlatformContractTest {

  private List<Slot> listed() {
    return value(platform.listSlots()).orElseThrow();
  }

  @Test
  void givesARepeatedCreationTheSameSlot() {
    String slot = created("i-1");
    assertThat(value(platform.createSlot("i-1", 512))).isEqualTo(slot);
    assertThat(simulated.usage().slotsCreated()).isEqualTo(1);
  }

  @Test
  void givesACreationRepeatedOnItsWayTheSameSlot() {
    CompletionStage<String> first = platform.createSlot("i-1", 512);
    after(CREATE.dividedBy(2), first);
    CompletionStage<String> second = platform.createSlot("i-1", 512);
    after(CREATE, second);
    assertThat(value(second)).isEqualTo(value(first));
    assertThat(simulated.usage().slotsCreated()).isEqualTo(1);
  }

  @Test
  void refusesARepeatedCreationOfAnotherSize() {
    created("i-1");
    assertThat(refusal(platform.createSlot("i-1", 256)).kind()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void refusesACreationWhoseSlotWasDestroyed() {
    value(platform.destroySlot(created("i-1"), "i-1", "idle", 1));
    PlatformException refusal = refusal(platform.createSlot("i-1", 512));
    assertThat(refusal.kind()).isEqualTo(Kind.FAILED);
    assertThat(refusal.mayHaveHappened()).isFalse();
  }

  @Test
  void destroysASlotByTheInstanceItWasCreatedFor() {
    created("i-1");
    value(platform.destroySlot(null, "i-1", "given up", 1));
    assertThat(listed()).isEmpty();
  }

  @Test
  void refusesACreationThatArrivesAfterItsDestruction() {
    value(platform.destroySlot(null, "i-1", "given up", 1));
    assertThat(refusal(platform.createSlot("i-1", 512)).kind()).isEqualTo(Kind.FAILED);
    assertThat(simulated.usage().slotsCreated()).isZero();
  }

  @Test
  void failsACreationThatIsDestroyedOnItsWay() {
    CompletionStage<String> creation = platform.createSlot("i-1", 4_096);
    after(CREATE.dividedBy(2), creation);
    value(platform.destroySlot(null, "i-1", "given up", 1));
    assertThat(refusal(creation).kind()).isEqualTo(Kind.FAILED);
    timer.advance(CREATE);
    assertThat(listed()).isEmpty();
    assertThat(simulated.usage().slotsCreated()).isZero();
    assertThat(value(after(CREATE, platform.createSlot("i-2", 4_096)))).isNotEmpty();
  }

  @Test
  void startsAnInstanceOnceHoweverOftenItIsAsked() {
    String slot = created("i-1");
    CompletionStage<Duration> first = platform.init(slot, "i-1", RESIZE, 1);
    after(INIT.dividedBy(2), first);
    CompletionStage<Duration> second = platform.init(slot, "i-1", RESIZE, 2);
    await().until(() -> timer.pending() == 1 + 2 * limitsPerCall());
    timer.advance(INIT.dividedBy(2));
    assertThat(value(first)).isEqualTo(INIT);
    assertThat(value(second)).isEqualTo(INIT);
    assertThat(value(platform.init(slot, "i-1", RESIZE, 2))).isEqualTo(INIT);
  }

  @Test
  void refusesAStartWithAnOlderToken() {
    String slot = created("i-1");
    value(after(INIT, platform.init(slot, "i-1", RESIZE, 7)));
    assertThat(refusal(platform.init(slot, "i-1", RESIZE, 6)).kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  void refusesADestructionWithAnOlderToken() {
    String slot = created("i-1");
    value(after(INIT, platform.init(slot, "i-1", RESIZE, 7)));
    assertThat(refusal(platform.destroySlot(slot, "i-1", "stale", 6)).kind())
        .isEqualTo(Kind.FAILED);
    assertThat(refusal(platform.destroySlot(null, "i-1", "stale", 6)).kind())
        .isEqualTo(Kind.FAILED);
    assertThat(listed()).hasSize(1);
    value(platform.destroySlot(slot, "i-1", "idle", 7));
    assertThat(listed()).isEmpty();
  }

  @Test
  void letsPassWhatHasNoToken() {
    String slot = created("i-1");
    value(after(INIT, platform.init(slot, "i-1", RESIZE, 7)));
    value(platform.destroySlot(slot, "i-1", "it became no instance", 0));
    assertThat(listed()).isEmpty();
  }

  @Test
  void refusesAFunctionThatIsTooLargeForTheSlot() {
    String slot = created("i-1");
    FunctionSpec large = new FunctionSpec("large", "java", 513, Duration.ofSeconds(60));
    assertThat(refusal(platform.init(slot, "i-1", large, 1)).kind()).isEqualTo(Kind.FAILED);
  }

  @Test
  void listsASlotWithTheInstanceOnceThatRuns() {
    Instant asked = timer.instant();
    String slot = created("i-1");
    assertThat(listed()).containsExactly(new Slot(slot, "i-1", 512, asked, null, null));
    CompletionStage<Duration> start = platform.init(slot, "i-1", RESIZE, 1);
    after(INIT.dividedBy(2), start);
    assertThat(listed()).containsExactly(new Slot(slot, "i-1", 512, asked, null, null));
    timer.advance(INIT.dividedBy(2));
    value(start);
    assertThat(listed()).containsExactly(new Slot(slot, "i-1", 512, asked, "i-1", RESIZE));
    assertThat(isPending(start)).isFalse();
  }
}
