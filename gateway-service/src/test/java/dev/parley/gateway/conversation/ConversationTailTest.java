package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConversationTailTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final ConversationTail tail = new ConversationTail();

    @Test
    void selectsTheTurnThatWasRequestedLastEvenIfAnotherEndedLater() {
        tail.add(completed(2));
        tail.add(completed(1));
        tail.add(generation(3));
        assertThat(tail.newest()).map(ConversationTail.Completed::generation).contains(generation(2));
        assertThat(tail.covers(generation(3))).isTrue();
        assertThat(tail.covers(generation(4))).isFalse();
    }

    @Test
    void aDeletionCoversEarlierGenerationsAtAnyPositionOfTheLog() {
        tail.delete(NOON.plusSeconds(2));
        tail.delete(NOON.plusSeconds(1));
        tail.add(completed(2));
        assertThat(tail.newest()).isEmpty();
        assertThat(tail.covers(generation(1)))
                .as("its turn need not be waited for")
                .isTrue();
        tail.add(completed(3));
        assertThat(tail.newest()).map(ConversationTail.Completed::generation).contains(generation(3));
    }

    private static ConversationTail.Completed completed(int second) {
        return new ConversationTail.Completed(generation(second), 0, () -> History.EMPTY);
    }

    private static GenerationId generation(int second) {
        return new GenerationId(
                "gen_%012x%020x".formatted(NOON.plusSeconds(second).toEpochMilli(), 7));
    }
}
