package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.GenerationId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConversationTailTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private final ConversationTail gap = new ConversationTail();

    @Test
    void selectsTheTurnThatWasRequestedLastEvenIfAnotherEndedLater() {
        gap.add(generation(2), () -> History.EMPTY);
        gap.add(generation(1), () -> History.EMPTY);
        gap.add(generation(3));
        assertThat(gap.newest()).map(ConversationTail.Completed::generation).contains(generation(2));
        assertThat(gap.knows(generation(3))).isTrue();
        assertThat(gap.knows(generation(4))).isFalse();
    }

    @Test
    void aDeletionCoversEarlierGenerationsAtAnyPositionOfTheLog() {
        gap.delete(NOON.plusSeconds(2));
        gap.delete(NOON.plusSeconds(1));
        gap.add(generation(2), () -> History.EMPTY);
        assertThat(gap.newest()).isEmpty();
        assertThat(gap.knows(generation(1)))
                .as("its turn need not be waited for")
                .isTrue();
        gap.add(generation(3), () -> History.EMPTY);
        assertThat(gap.newest()).map(ConversationTail.Completed::generation).contains(generation(3));
    }

    private static GenerationId generation(int second) {
        return new GenerationId(
                "gen_%012x%020x".formatted(NOON.plusSeconds(second).toEpochMilli(), 7));
    }
}
