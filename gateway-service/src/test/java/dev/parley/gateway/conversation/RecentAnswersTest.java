package dev.parley.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
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
        assertThat(recent.lastEnded(name("conv_1"))).isEmpty();
        GenerationId generation = next();
        recent.ended(name("conv_1"), generation);
        assertThat(recent.lastEnded(name("conv_1"))).contains(generation);
        GenerationId newer = next();
        recent.ended(name("conv_1"), newer);
        recent.ended(name("conv_1"), generation);
        assertThat(recent.lastEnded(name("conv_1"))).contains(newer);
    }

    @Test
    void findsTheConversationOfAGeneration() {
        GenerationId first = next();
        recent.ended(name("conv_1"), first);
        for (int i = 0; i < RecentAnswers.REMEMBERED_MIN; i++) {
            recent.ended(name("other_" + i), next());
        }
        GenerationId last = next();
        recent.ended(name("conv_2"), last);
        assertThat(recent.conversationOf(first)).contains(name("conv_1"));
        assertThat(recent.conversationOf(last)).contains(name("conv_2"));
        assertThat(recent.conversationOf(next())).isEmpty();
    }

    @Test
    void discardsTheOldestEntries() {
        recent.ended(name("conv_1"), next());
        for (int i = 0; i < RecentAnswers.REMEMBERED_MIN; i++) {
            recent.ended(name("other_" + i), next());
        }
        assertThat(recent.lastEnded(name("other_9"))).isPresent();
        for (int i = 0; i < RecentAnswers.REMEMBERED_MIN; i++) {
            recent.ended(name("more_" + i), next());
        }
        assertThat(recent.lastEnded(name("conv_1"))).isEmpty();
    }

    /** An id that is newer than those before: within a millisecond ids have no order. */
    private GenerationId next() {
        now = now.plusMillis(1);
        return GenerationId.unsigned(Clock.fixed(now, ZoneOffset.UTC), 0);
    }

    private static ConversationName name(String conversation) {
        return new ConversationName(ACME, new ConversationId(conversation));
    }
}
