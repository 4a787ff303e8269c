package io.scaler.permit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scaler.permit.Claim.When;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private final Permits permits = Permits.of(0, 0, false, List.of(), List.of());
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
    assertThat(decide(new PermitCommand.Release("a", null))).isEmpty();
    assertThat(decide(new PermitCommand.Release("z", null))).isEmpty();
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
  void aLostNodesWaitersLeaveAndWhatItHeldIsLeftToWhoeverGoesOnWithIt() {
    acquire("a", 2);
    decide(new PermitCommand.Acquire(new Claim("b", "n2", 1, When.AT_ONCE), limit));
    decide(new PermitCommand.Acquire(new Claim("c", "n2", 2, When.AT_ONCE), limit));
    acquire("d", 1);
    assertThat(decide(new PermitCommand.NodeLost("n2"))).containsExactly(new PermitEvent.Gone("c"));
    assertThat(permits.holders()).extracting(Claim::holder).containsExactly("a", "b");
    assertThat(waiting()).containsExactly("d");
    assertThat(granted(decide(new PermitCommand.Release("b", null)))).containsExactly("d");
    assertThat(decide(new PermitCommand.NodeLost("n2"))).isEmpty();
  }

  @Test
  void whatIsToBeCountedWaitsUntilWhatWasThereBeforeIs() {
    decide(new PermitCommand.Acquire(counted("new", 2), limit));
    acquire("launch", 1);
    assertThat(permits.holders()).as("though there is room").isEmpty();

    List<PermitEvent> events =
        decide(new PermitCommand.Count(List.of(counted("old", 1), counted("older", 1)), true));

    assertThat(granted(events)).containsExactly("old", "older");
    assertThat(waiting()).containsExactly("new", "launch");
    assertThat(release("old")).containsExactly("new");
    assertThat(copy().isCounted()).isTrue();
    assertThat(decide(new PermitCommand.Count(List.of(counted("older", 1)), false))).isEmpty();
    assertThat(decide(new PermitCommand.Count(List.of(counted("oldest", 1)), true)))
        .as("not the first")
        .isEmpty();
  }

  @Test
  void whatIsCountedIsHeldWhateverTheLimitAndIsNotGrantedToOthers() {
    acquire("a", 3);
    acquire("b", 1);
    decide(new PermitCommand.Count(List.of(counted("old", 2), counted("old", 2)), true));

    assertThat(permits.held()).isEqualTo(5);
    assertThat(permits.shortage()).isEqualTo(3);
    assertThat(release("a")).containsExactly("b");
  }

  @Test
  void whoWaitsAndIsFoundToBeThereHolds() {
    acquire("a", 3);
    decide(new PermitCommand.Acquire(counted("b", 2), limit));

    assertThat(granted(decide(new PermitCommand.Count(List.of(counted("b", 2)), true))))
        .containsExactly("b");
    assertThat(waiting()).isEmpty();
    assertThat(permits.held()).isEqualTo(5);
  }

  @Test
  void whatIsCountedLaterDoesNotStandForTheFirstCount() {
    assertThat(decide(new PermitCommand.Count(List.of(counted("late", 1)), false))).isEmpty();
    decide(new PermitCommand.Count(List.of(counted("old", 1)), true));
    decide(new PermitCommand.Count(List.of(counted("late", 1)), false));
    assertThat(permits.held()).isEqualTo(2);
  }

  @Test
  void aCountedSemaphoreIsRememberedThoughNobodyHoldsIt() {
    decide(new PermitCommand.Count(List.of(), true));
    assertThat(permits.isEmpty()).isFalse();
  }

  @Test
  void whoTakesAClaimOverHasItInItsPlaceAndItsFormerNodeCannotGiveItBack() {
    acquire("a", 3);
    acquire("b", 2);
    acquire("c", 2);
    assertThat(decide(new PermitCommand.Acquire(with("n2", "a", 3), limit)))
        .containsExactly(new PermitEvent.Taken("a", "n2"));
    assertThat(decide(new PermitCommand.Acquire(with("n2", "b", 2), limit)))
        .containsExactly(new PermitEvent.Taken("b", "n2"));
    assertThat(waiting()).containsExactly("b", "c");

    assertThat(decide(new PermitCommand.Release("a", "n1"))).isEmpty();
    assertThat(decide(new PermitCommand.NodeLost("n1"))).containsExactly(new PermitEvent.Gone("c"));
    assertThat(decide(new PermitCommand.Release("a", "n2")))
        .containsExactly(new PermitEvent.Gone("a"), new PermitEvent.Granted(with("n2", "b", 2)));
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
    permits.decide(new PermitCommand.Release("a", null));
    permits.decide(new PermitCommand.Count(List.of(counted("c", 1)), false));
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
    assertThatThrownBy(() -> new Claim("a", "n1", 0, When.AT_ONCE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a claims 0 permits");
  }

  private PermitCommand acquiring(String holder, long many) {
    return new PermitCommand.Acquire(with("n1", holder, many), limit);
  }

  private static Claim with(String node, String holder, long many) {
    return new Claim(holder, node, many, When.AT_ONCE);
  }

  private static Claim counted(String holder, long many) {
    return new Claim(holder, "n1", many, When.COUNTED);
  }

  private List<String> acquire(String holder, long many) {
    return granted(decide(acquiring(holder, many)));
  }

  private List<String> release(String holder) {
    return granted(decide(new PermitCommand.Release(holder, "n1")));
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
    return Permits.of(
        permits.limit(),
        permits.version(),
        permits.isCounted(),
        permits.holders(),
        permits.waiters());
  }
}
