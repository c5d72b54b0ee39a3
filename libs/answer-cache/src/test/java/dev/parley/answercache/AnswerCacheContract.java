package dev.parley.answercache;

import static dev.parley.answercache.Examples.answer;
import static dev.parley.answercache.Examples.key;
import static dev.parley.answercache.Examples.origin;
import static dev.parley.testing.Events.NOON;
import static dev.parley.testing.Events.TENANT;
import static dev.parley.testing.Events.TRACEPARENT;
import static dev.parley.testing.Events.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** The contract of every answer cache. */
public abstract class AnswerCacheContract {
    protected static final Deletions DELETIONS = new Deletions();
    private static final Duration LONG = Duration.ofHours(1);

    private final ConversationKey conversation = new ConversationKey(TENANT, ConversationId.next(Clock.systemUTC()));

    protected abstract AnswerCache cache();

    /** Writes bytes as the entry of a key, as a damaged disk or another program may do. */
    protected abstract void plant(AnswerKey key, byte[] bytes);

    protected abstract boolean holds(AnswerKey key);

    /** Advances the clock, or waits. */
    protected abstract void pass(Duration duration);

    @Test
    void findsAStoredAnswer() {
        AnswerKey key = key();
        CachedAnswer answer = answer("Because.");
        Origin origin = origin();
        cache().keep(key, origin, answer, LONG);
        assertThat(cache().find(key)).hasValueSatisfying(found -> {
            assertThat(found.origin()).isEqualTo(origin);
            assertThat(found.answer().message()).isEqualTo(answer.message());
            assertThat(found.answer().frames()).isEqualTo(answer.frames());
            assertThat(found.answer().packedFrames()).isEqualTo(answer.packedFrames());
        });
    }

    @Test
    void findsNothingForAnotherFingerprintOrTenant() {
        AnswerKey key = key();
        cache().keep(key, origin(), answer("Because."), LONG);
        assertThat(cache().find(new AnswerKey(key.tenant(), fingerprint()))).isEmpty();
        assertThat(cache().find(new AnswerKey(new TenantId("other"), key.fingerprint())))
                .isEmpty();
    }

    @Test
    void keepsTheNewerAnswer() {
        AnswerKey key = key();
        Origin old = origin();
        Origin anew = origin();
        cache().keep(key, old, answer("Old."), LONG);
        cache().keep(key, anew, answer("New."), LONG);
        assertThat(cache().find(key)).hasValueSatisfying(found -> {
            assertThat(found.answer().frames()).isEqualTo(answer("New.").frames());
            assertThat(found.isOf(anew.generation())).isTrue();
            assertThat(found.isOf(old.generation())).isFalse();
        });
    }

    @Test
    void expiresAnswers() {
        AnswerKey key = key();
        cache().keep(key, origin(), answer("Because."), Duration.ofMillis(100));
        pass(Duration.ofMillis(100));
        await().untilAsserted(() -> assertThat(cache().find(key)).isEmpty());
    }

    @Test
    void removesADamagedEntry() {
        AnswerKey key = key();
        byte[] entry = AnswerCodec.encode(key, origin(), answer("Because."));
        entry[entry.length / 2] ^= 1;
        plant(key, entry);
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
    }

    @Test
    void removesAnEntryOfAnotherKey() {
        AnswerKey key = key();
        plant(key, AnswerCodec.encode(key(), origin(), answer("Not yours.")));
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
    }

    @Test
    void removesAValueThatIsNotAnEntry() {
        AnswerKey key = key();
        plant(key, new byte[] {42});
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
    }

    @Test
    void deletesOnlyTheAnswersOfADeletedConversation() {
        AnswerKey key = key();
        AnswerKey other = key();
        note(conversation, key);
        note(new ConversationKey(new TenantId("other"), conversation.conversation()), other);
        cache().forget(conversation, NOON, LONG);
        assertThat(cache().find(key)).isEmpty();
        assertThat(cache().find(other)).isPresent();
        cache().forget(conversation, NOON, LONG);
    }

    @Test
    void rejectsAnswersOfGenerationsUpToTheDeletionAndAcceptsLaterOnes() {
        cache().forget(conversation, NOON, LONG);
        assertThat(cache().note(conversation, generation(NOON), key(), LONG)).isFalse();
        assertThat(cache().note(conversation, generation(NOON.plusMillis(1)), key(), LONG))
                .isTrue();
    }

    @Test
    void doesNotFindAnUnremovedAnswerOfADeletedConversation() {
        AnswerKey key = key();
        AnswerKey later = key();
        Origin origin = new Origin(conversation.conversation(), generation(NOON));
        cache().keep(key, origin, answer("Because."), LONG);
        cache().keep(
                        later,
                        new Origin(conversation.conversation(), generation(NOON.plusMillis(1))),
                        answer("Anew."),
                        LONG);
        DELETIONS.add(new ConversationDeleted(
                RequestId.next(Clock.systemUTC()), TENANT, conversation.conversation(), NOON, TRACEPARENT));
        assertThat(cache().find(key)).isEmpty();
        assertThat(holds(key)).isFalse();
        assertThat(cache().find(later)).isPresent();
    }

    @Test
    void removesTheAnswerOfAGeneration() {
        AnswerKey key = key();
        Origin origin = new Origin(conversation.conversation(), generation(NOON));
        assertThat(cache().key(origin.generation())).isEmpty();
        cache().keep(key, origin, answer("Because."), LONG);

        assertThat(cache().key(origin.generation())).contains(key);
        cache().remove(key);

        assertThat(cache().find(key)).isEmpty();
        assertThat(cache().key(origin.generation())).contains(key);
    }

    @Test
    void knowsNoKeyOfAGenerationWhoseAnswerWasReplaced() {
        AnswerKey key = key();
        Origin old = new Origin(conversation.conversation(), generation(NOON));
        Origin later = new Origin(conversation.conversation(), generation(NOON.plusMillis(1)));
        cache().keep(key, old, answer("Old."), LONG);
        cache().keep(key, later, answer("New."), LONG);

        assertThat(cache().key(old.generation())).isEmpty();
        assertThat(cache().key(later.generation())).contains(key);
    }

    private void note(ConversationKey conversation, AnswerKey key) {
        assertThat(cache().note(conversation, generation(NOON), key, LONG)).isTrue();
        cache().keep(key, origin(), answer("Because."), LONG);
    }

    private static GenerationId generation(Instant madeAt) {
        return GenerationId.unsigned(Clock.fixed(madeAt, ZoneOffset.UTC), 0);
    }
}
