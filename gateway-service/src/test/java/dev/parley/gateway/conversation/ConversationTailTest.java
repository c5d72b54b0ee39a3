package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConversationTailTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final ConversationTail tail = new ConversationTail(Optional.empty());

    @Test
    void selectsTheTurnThatWasRequestedLastEvenIfAnotherEndedLater() {
        tail.add(completed(2));
        tail.add(completed(1));
        tail.add(generation(3));
        assertThat(last(tail)).contains(generation(2));
        assertThat(tail.covers(generation(3))).isTrue();
        assertThat(tail.covers(generation(4))).isFalse();
    }

    @Test
    void aDeletionCoversEarlierGenerationsAtAnyPositionOfTheLog() {
        tail.delete(NOON.plusSeconds(2));
        tail.delete(NOON.plusSeconds(1));
        tail.add(completed(2));
        assertThat(last(tail)).isEmpty();
        assertThat(tail.covers(generation(1)))
                .as("its turn need not be waited for")
                .isTrue();
        tail.add(completed(3));
        assertThat(last(tail)).contains(generation(3));
    }

    /** Such as the answer in one of two tabs, while the other one has got a later answer without it. */
    @Test
    void endsWithTheNamedTurnAlthoughALaterOneIsThere() {
        for (List<Integer> order : List.of(List.of(1, 2, 3), List.of(3, 2, 1))) {
            var named = new ConversationTail(Optional.of(generation(2)));
            order.forEach(second -> named.add(completed(second)));
            assertThat(last(named)).contains(generation(2));
        }
    }

    @Test
    void endsWithTheNewestTurnIfTheNamedOneIsNotCompleted() {
        var named = new ConversationTail(Optional.of(generation(2)));
        named.add(completed(1));
        named.add(generation(2));
        named.add(completed(3));
        assertThat(last(named)).contains(generation(3));
    }

    @Test
    void aDeletionOfTheNamedTurnLeavesLaterOnes() {
        for (boolean deletedFirst : List.of(true, false)) {
            var named = new ConversationTail(Optional.of(generation(2)));
            if (deletedFirst) {
                named.delete(NOON.plusSeconds(2));
            }
            List.of(1, 2, 3).forEach(second -> named.add(completed(second)));
            named.delete(NOON.plusSeconds(2));
            assertThat(last(named)).contains(generation(3));
        }
    }

    @Test
    void aDeletionThatIsOnlyInTheTableLeavesLaterTurns() {
        var named = new ConversationTail(Optional.of(generation(2)));
        List.of(1, 2, 3).forEach(second -> named.add(completed(second)));
        assertThat(named.last(generation -> !generation.equals(generation(3))))
                .map(ConversationTail.Completed::generation)
                .contains(generation(3));
        assertThat(named.last(_ -> true)).isEmpty();
    }

    @Test
    void countsTheTurnsThatItKeeps() {
        var named = new ConversationTail(Optional.of(generation(2)));
        named.add(completed(1));
        named.add(completed(2));
        assertThat(named.bytes()).as("the named one, which is the newest").isEqualTo(2);
        named.add(completed(4));
        named.add(completed(3));
        assertThat(named.bytes()).as("the newest one too").isEqualTo(2 + 4);
        named.delete(NOON.plusSeconds(2));
        assertThat(named.bytes()).as("without the deleted one").isEqualTo(4);
    }

    private static Optional<GenerationId> last(ConversationTail tail) {
        return tail.last(_ -> false).map(ConversationTail.Completed::generation);
    }

    /** With as many bytes as seconds. */
    private static ConversationTail.Completed completed(int second) {
        return new ConversationTail.Completed(generation(second), second, () -> History.EMPTY);
    }

    private static GenerationId generation(int second) {
        return new GenerationId(
                "gen_%012x%020x".formatted(NOON.plusSeconds(second).toEpochMilli(), 7));
    }
}
