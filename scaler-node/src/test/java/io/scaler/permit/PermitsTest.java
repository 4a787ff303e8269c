package io.scaler.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.permit.Claim.Lives;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private final Permits permits = Permits.of(0, 0, List.of(), List.of());
  private long limit = 3;

  @Test
  void grantsWhileThereAreEnough() {
    assertThat(acquire("a", 2)).containsExactly("a");
    assertThat(acquire("b", 1)).containsExactly("b");
    assertThat(acquire("c", 1)).isEmpty();
    assertThat(permits.held()).isEqualTo(3);
    assertThat(permits.isHeldBy("b")).isTrue();
    assertThat(permits.isHeldBy("c")).isFalse();
    assertThat(waiting()).containsExactly("c");
  }

  @Test
  void aReleaseGrantsTheHeadOfTheQueueInTheSameDecision() {
    acquire("a", 3);
    acquire("b", 1);
    acquire("c", 2);
    assertThat(release("a")).containsExactly("b", "c");
    assertThat(permits.held()).isEqualTo(3);
    assertThat(waiting()).isEmpty();
  }

  @Test
  void knowsWhatIsMissingForThoseWhoWait() {
    acquire("a", 2);
    assertThat(permits.shortage()).isZero();
    acquire("b", 3);
    acquire("c", 2);
    assertThat(permits.shortage()).isEqualTo(4);
    assertThat(decide(new PermitCommand.Measure())).isEmpty();
    assertThat(copy().shortage()).isEqualTo(4);
    release("a");
    assertThat(permits.shortage()).isEqualTo(2);
    release("b");
    assertThat(permits.shortage()).isZero();
  }

  @Test
  void nobodyOvertakesOneWhoAskedForMore() {
    acquire("a", 2);
    acquire("large", 3);
    assertThat(acquire("small", 1)).isEmpty();
    assertThat(waiting()).containsExactly("large", "small");
    assertThat(release("a")).containsExactly("large");
    assertThat(release("large")).containsExactly("small");
  }

  @Test
  void aRepeatedAcquireChangesNothingWhetherHeldOrWaiting() {
    acquire("a", 3);
    acquire("b", 1);
    long version = permits.version();
    assertThat(decide(acquiring("a", 3))).isEmpty();
    assertThat(decide(acquiring("b", 1))).isEmpty();
    assertThat(permits.version()).isEqualTo(version);
    assertThat(permits.held()).isEqualTo(3);
  }

  @Test
  void aRepeatedReleaseOrOneOfAStrangerChangesNothing() {
    acquire("a", 1);
    release("a");
    assertThat(decide(new PermitCommand.Release("a"))).isEmpty();
    assertThat(decide(new PermitCommand.Release("z"))).isEmpty();
    assertThat(permits.held()).isZero();
    assertThat(permits.isEmpty()).isTrue();
  }

  @Test
  void aWaiterThatLeavesLetsTheNextPass() {
    acquire("a", 2);
    acquire("large", 3);
    acquire("small", 1);
    assertThat(release("large")).containsExactly("small");
    assertThat(waiting()).isEmpty();
  }

  @Test
  void aLostNodesPermitsComeBackAndItsWaitersLeave() {
    acquire("a", 2);
    decide(new PermitCommand.Acquire(new Claim("b", "n2", 1, Lives.WITH_NODE), limit));
    decide(new PermitCommand.Acquire(new Claim("c", "n2", 2, Lives.WITH_NODE), limit));
    acquire("d", 1);
    assertThat(granted(decide(new PermitCommand.NodeLost("n2")))).containsExactly("d");
    assertThat(permits.holders()).extracting(Claim::holder).containsExactly("a", "d");
    assertThat(waiting()).isEmpty();
    assertThat(decide(new PermitCommand.NodeLost("n2"))).isEmpty();
  }

  @Test
  void permitsThatLastUntilTheyAreReleasedOutliveTheirNode() {
    decide(new PermitCommand.Acquire(new Claim("a", "n1", 2, Lives.UNTIL_RELEASED), limit));
    decide(new PermitCommand.Acquire(new Claim("b", "n1", 2, Lives.UNTIL_RELEASED), limit));
    assertThat(decide(new PermitCommand.NodeLost("n1")))
        .as("but nobody would be told of a grant")
        .containsExactly(new PermitEvent.Gone("b"));
    assertThat(permits.isHeldBy("a")).isTrue();
    release("a");
    assertThat(permits.isEmpty()).isTrue();
  }

  @Test
  void aLargerLimitGrantsAtTheNextAcquire() {
    acquire("a", 3);
    acquire("b", 2);
    limit = 6;
    assertThat(acquire("c", 1)).containsExactly("b", "c");
    assertThat(permits.limit()).isEqualTo(6);
  }

  @Test
  void aSmallerLimitTakesNothingAwayAndGrantsNothingUntilThereIsRoom() {
    acquire("a", 2);
    acquire("b", 1);
    limit = 1;
    assertThat(acquire("c", 1)).isEmpty();
    assertThat(permits.held()).isEqualTo(3);
    assertThat(release("b")).isEmpty();
    assertThat(release("a")).containsExactly("c");
  }

  @Test
  void decidingChangesNothing() {
    acquire("a", 2);
    Permits before = copy();
    permits.decide(acquiring("b", 2));
    permits.decide(new PermitCommand.Release("a"));
    permits.decide(new PermitCommand.NodeLost("n1"));
    assertThat(permits).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void whatIsRestoredEqualsWhatWasStored() {
    acquire("a", 2);
    acquire("b", 2);
    acquire("c", 1);
    assertThat(copy()).usingRecursiveComparison().isEqualTo(permits);
    assertThat(copy().held()).isEqualTo(2);
  }

  @Test
  void aClaimOfNoPermitsIsRefused() {
    assertThatThrownBy(() -> new Claim("a", "n1", 0, Lives.WITH_NODE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a claims 0 permits");
  }

  private PermitCommand acquiring(String holder, long many) {
    return new PermitCommand.Acquire(new Claim(holder, "n1", many, Lives.WITH_NODE), limit);
  }

  private List<String> acquire(String holder, long many) {
    return granted(decide(acquiring(holder, many)));
  }

  private List<String> release(String holder) {
    return granted(decide(new PermitCommand.Release(holder)));
  }

  private List<PermitEvent> decide(PermitCommand command) {
    List<PermitEvent> events = permits.decide(command);
    permits.apply(events);
    return events;
  }

  private static List<String> granted(List<PermitEvent> events) {
    return events.stream()
        .filter(PermitEvent.Granted.class::isInstance)
        .map(event -> ((PermitEvent.Granted) event).claim().holder())
        .toList();
  }

  private List<String> waiting() {
    return permits.waiters().stream().map(Claim::holder).toList();
  }

  private Permits copy() {
    return Permits.of(permits.limit(), permits.version(), permits.holders(), permits.waiters());
  }
}
