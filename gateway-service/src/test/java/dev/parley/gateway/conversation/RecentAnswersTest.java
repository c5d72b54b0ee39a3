package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RecentAnswersTest {
    private static final TenantId ACME = new TenantId("acme");

    private final RecentAnswers recent = new RecentAnswers();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");

    @Test
    void findsTheNewestGenerationOfAConversationThatHasEnded() {
        GenerationId generation = requested("conv_1");
        assertThat(recent.lastEnded(name("conv_1"))).isEmpty();
        recent.ended(generation);
        assertThat(recent.lastEnded(name("conv_1"))).contains(generation);
        GenerationId newer = requested("conv_1");
        assertThat(recent.lastEnded(name("conv_1"))).as("while another runs").contains(generation);
        recent.ended(newer);
        recent.ended(generation);
        assertThat(recent.lastEnded(name("conv_1"))).contains(newer);
    }

    @Test
    void findsAGenerationThatWasRequestedThroughAnotherGateway() {
        GenerationId generation = next();
        recent.ended(generation);
        assertThat(recent.lastEnded(name("conv_1"))).isEmpty();
        recent.ended(name("conv_1"), generation);
        assertThat(recent.lastEnded(name("conv_1"))).contains(generation);
    }

    @Test
    void discardsTheOldestEntries() {
        recent.ended(requested("conv_1"));
        for (int i = 0; i < RecentAnswers.REMEMBERED_MIN; i++) {
            recent.ended(requested("other_" + i));
        }
        assertThat(recent.lastEnded(name("other_9"))).isPresent();
        for (int i = 0; i < RecentAnswers.REMEMBERED_MIN; i++) {
            recent.ended(requested("more_" + i));
        }
        assertThat(recent.lastEnded(name("conv_1"))).isEmpty();
    }

    /** An id that is newer than those before: within a millisecond ids have no order. */
    private GenerationId next() {
        now = now.plusMillis(1);
        return GenerationId.unsigned(Clock.fixed(now, ZoneOffset.UTC), 0);
    }

    private GenerationId requested(String conversation) {
        GenerationId generation = next();
        recent.requested(Events.requested(request -> {
            request.generation = generation;
            request.conversation = new ConversationId(conversation);
            request.tenant = ACME;
        }));
        return generation;
    }

    private static ConversationName name(String conversation) {
        return new ConversationName(ACME, new ConversationId(conversation));
    }
}
