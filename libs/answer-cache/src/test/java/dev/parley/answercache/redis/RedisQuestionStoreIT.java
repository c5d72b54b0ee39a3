package dev.parley.answercache.redis;

import static dev.parley.answercache.Examples.connect;
import static dev.parley.testing.Events.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.KeptQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore.Entry;
import dev.parley.answercache.Verdicts;
import dev.parley.answercache.Wording;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.localstack.LocalRedis;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.KeysScanOptions;
import org.redisson.client.codec.StringCodec;

class RedisQuestionStoreIT {
    private static final int PARTITION_MAX = 5;
    private static final Duration LIFETIME = Duration.ofMinutes(1);
    private static final Clock CLOCK = Clock.systemUTC();

    /** The beginnings of keys. */
    private static final String VECTORS = "parley:questions:v1:";

    private static final String PARTITION_OF = "parley:question-partition:v1:";
    private static final String VETOES = "parley:vetoes:v1:";
    private static final String ALIASES = "parley:aliases:v1:";
    private static final String WORDINGS = "parley:answer-wordings:v1:";

    private static LocalRedis redis;
    private static RedissonClient client;

    private final RedisQuestionStore store = store();
    private final ConversationKey conversation = conversation("acme");
    private final QuestionPartition partition = new QuestionPartition(conversation.tenant(), fingerprint(), "model/1");

    @BeforeAll
    static void start() {
        redis = LocalRedis.start();
        client = connect(redis);
    }

    private static RedisQuestionStore store() {
        return new RedisQuestionStore(client, PARTITION_MAX, CLOCK);
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        redis.close();
    }

    @Test
    void returnsWhatIsNewSinceAPosition() {
        KeptQuestion first = keep("Why is the sky blue?", 1);
        List<Entry> entries = store.after(partition, "");
        assertThat(entries).extracting(Entry::question).containsExactly(first);
        assertThat(entries.getFirst().vector()).containsExactly(1, 2, 3);
        assertThat(store.text(answer(first))).contains("Why is the sky blue?");

        String position = entries.getFirst().position();
        assertThat(store.after(partition, position)).isEmpty();
        KeptQuestion second = keep("Why is grass green?", 1);
        assertThat(store.after(partition, position)).extracting(Entry::question).containsExactly(second);
    }

    @Test
    void returnsTheTextsThatAreStored() {
        AnswerKey first = answer(keep("Why is the sky blue?", 60));
        AnswerKey second = answer(keep("Why is grass green?", 60));
        AnswerKey unknown = new AnswerKey(partition.tenant(), fingerprint());
        assertThat(store.texts(List.of(first, unknown, second)))
                .isEqualTo(Map.of(first, "Why is the sky blue?", second, "Why is grass green?"));
        assertThat(store.texts(List.of())).isEmpty();
    }

    @Test
    void separatesTenantsRequestsAndModels() {
        keep("Why is the sky blue?", 1);
        assertThat(store.after(new QuestionPartition(new TenantId("other"), partition.same(), partition.model()), ""))
                .isEmpty();
        assertThat(store.after(new QuestionPartition(partition.tenant(), fingerprint(), partition.model()), ""))
                .isEmpty();
        assertThat(store.after(new QuestionPartition(partition.tenant(), partition.same(), "model/2"), ""))
                .isEmpty();
    }

    @Test
    void removesTheTextWithTheConversation() {
        KeptQuestion question = keep("Why is the sky blue?", 60);
        new RedisAnswerCache(client, Deletions::new, CLOCK).forget(conversation, Instant.now(), Duration.ofMinutes(1));
        assertThat(store.text(answer(question))).isEmpty();
    }

    /** As when a batch of turns is repeated after a failure. */
    @Test
    void keepsAQuestionOnce() {
        KeptQuestion question = keep("Why is the sky blue?", 60);
        for (int i = 0; i < 3; i++) {
            store.keep(partition, conversation, question, "Why is the sky blue?", new byte[] {1, 2, 3}, LIFETIME);
        }
        assertThat(store.after(partition, "")).hasSize(1);

        KeptQuestion again = new KeptQuestion(question.answer(), GenerationId.unsigned(CLOCK, 0));
        store.keep(partition, conversation, again, "Why is the sky blue?", new byte[] {1, 2, 3}, LIFETIME);
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(question, again);
    }

    @Test
    void removesTheOldestBeyondTheBound() {
        for (int i = 0; i < 2 * PARTITION_MAX; i++) {
            keep("Question " + i, 60);
        }
        assertThat(store.after(partition, "")).hasSize(PARTITION_MAX);
    }

    @Test
    void forgetsQuestionsWithTheirTimeToLive() {
        KeptQuestion question = keep("Why is the sky blue?", 1);
        await().untilAsserted(() -> {
            assertThat(store.text(answer(question))).isEmpty();
            assertThat(store.after(partition, "")).isEmpty();
        });
    }

    @Test
    void keepsAQuestionAlthoughALaterOneExpiresBefore() {
        KeptQuestion first = keep("Why is the sky blue?", 60);
        KeptQuestion second = keep("Why is grass green?", 1);
        await().untilAsserted(() -> assertThat(store.text(answer(second))).isEmpty());
        assertThat(store.after(partition, "")).extracting(Entry::question).contains(first);
    }

    /** Later questions extend the life of all vectors of the partition. */
    @Test
    void removesTheVectorsOfQuestionsThatMustHaveExpired() {
        keep("Why is the sky blue?", 60);
        KeptQuestion later = keep(
                new RedisQuestionStore(client, PARTITION_MAX, LIFETIME, Clock.offset(CLOCK, LIFETIME.plusSeconds(1))),
                "Why is grass green?",
                60);
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(later);
    }

    @Test
    void survivesDamagedLinksOfAConversation() {
        client.getBucket(conversation.answersText(), StringCodec.INSTANCE).set("not a set");
        KeptQuestion question = keep("Why is the sky blue?", 60);
        assertThat(store.text(answer(question))).isPresent();
    }

    @Test
    void remembersVerdictsOfAWordingAsLongAsTheAnswerIsStored() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion source = answered("Why is the sky blue?", 60);
        KeptQuestion other = answered("Why is grass green?", 60);
        assertThat(store.verdicts(wording)).isEqualTo(Verdicts.NONE);

        store.permit(wording, Set.of(conversation), source);
        store.veto(wording, other.answer());

        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.of(source), Set.of(other.answer())));
        assertThat(store.verdicts(Wording.of(partition, "why is the sea blue"))).isEqualTo(Verdicts.NONE);
        assertThat(client.getMap(wording.vetoesText()).remainTimeToLive()).isBetween(1L, 60_000L);
        assertThat(client.getMap(wording.aliasesText()).remainTimeToLive()).isBetween(1L, 60_000L);

        store.veto(wording, source.answer());
        assertThat(store.verdicts(wording))
                .isEqualTo(new Verdicts(Optional.empty(), Set.of(source.answer(), other.answer())));
    }

    @Test
    void remembersNoVerdictOnAnAnswerThatIsGone() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        store.permit(wording, Set.of(conversation), keep("Why is the sky blue?", 60));
        store.veto(wording, fingerprint());
        assertThat(store.verdicts(wording)).isEqualTo(Verdicts.NONE);
    }

    @Test
    void forgetsTheVerdictsOfAWordingBeyondTheBound() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        for (int i = 0; i < 33; i++) {
            store.veto(wording, answered("Question " + i, 60).answer());
        }
        assertThat(store.verdicts(wording).vetoed()).hasSize(1);
    }

    @Test
    void servesNoVetoedAnswerOnceTheVetoesAreForgotten() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion wrong = answered("Why is the sky blue?", 60);
        store.permit(wording, Set.of(conversation), wrong);
        store.veto(wording, wrong.answer());
        for (int i = 0; i < 32; i++) {
            store.veto(wording, answered("Question " + i, 60).answer());
        }
        assertThat(store.verdicts(wording).vetoed()).hasSize(1);
        assertThat(store.verdicts(wording).permitted()).isEmpty();
    }

    @Test
    void prefersTheLatestPermission() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        store.permit(wording, Set.of(conversation), answered("Why is the sky blue?", 60));
        KeptQuestion later = answered("Why is the sky so blue?", 60);
        store.permit(wording, Set.of(conversation), later);
        assertThat(store.verdicts(wording).permitted()).contains(later);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void removesAPermissionButNoVetoWithEitherConversation(boolean ofTheSource) {
        Wording wording = Wording.of(partition, "why is heaven blue");
        ConversationKey asking = conversation("acme");
        KeptQuestion wrong = answered("Why is grass green?", 60);
        store.permit(wording, Set.of(asking, conversation), answered("Why is the sky blue?", 60));
        store.veto(wording, wrong.answer());
        new RedisAnswerCache(client, Deletions::new, CLOCK)
                .forget(ofTheSource ? conversation : asking, Instant.now(), Duration.ofMinutes(1));
        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.empty(), Set.of(wrong.answer())));
    }

    @Test
    void revokesWhatAGenerationHasReused() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion source = answered("Why is the sky blue?", 60);
        GenerationId generation = GenerationId.unsigned(CLOCK, 1);
        assertThat(store.revoke(partition.tenant(), generation)).isFalse();

        store.permit(wording, Set.of(conversation), source);
        store.reused(generation, wording, source.answer());

        await().until(() -> store.revoke(partition.tenant(), generation));
        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.empty(), Set.of(source.answer())));
        assertThat(store.revoke(new TenantId("other"), generation)).isFalse();
    }

    @Test
    void removesAQuestionWithItsVectorsAndTheVerdictsOnItsAnswer() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion evicted = answered("Why is the sky blue?", 60);
        KeptQuestion other = answered("Why is grass green?", 60);
        store.permit(wording, Set.of(conversation), evicted);
        store.veto(wording, other.answer());
        store.veto(Wording.of(partition, "why is the sea blue"), evicted.answer());

        store.remove(answer(evicted));
        store.remove(answer(evicted));

        assertThat(store.text(answer(evicted))).isEmpty();
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(other);
        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.empty(), Set.of(other.answer())));
        assertThat(store.verdicts(Wording.of(partition, "why is the sea blue"))).isEqualTo(Verdicts.NONE);
        assertThat(store.text(answer(other))).contains("Why is grass green?");
        assertThat(client.getKeys()
                        .getKeysStream(KeysScanOptions.defaults()
                                .pattern("*" + evicted.answer().value() + "*")))
                .containsExactly(answer(evicted).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {VECTORS, "parley:question:v1:", PARTITION_OF})
    void keepsAQuestionInPlaceOfAValueOfAnotherType(String prefix) {
        KeptQuestion question = new KeptQuestion(fingerprint(), GenerationId.unsigned(CLOCK, 0));
        damage(prefix.equals(VECTORS) ? partition.text() : prefix + suffix(question));

        store.keep(partition, conversation, question, "Why is the sky blue?", new byte[] {1, 2, 3}, LIFETIME);

        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(question);
        assertThat(store.text(answer(question))).contains("Why is the sky blue?");
        store.remove(answer(question));
        assertThat(store.after(partition, "")).isEmpty();
    }

    @Test
    void hasNoQuestionsInAPartitionOfAnotherType() {
        damage(partition.text());
        assertThat(store.after(partition, "")).isEmpty();
        KeptQuestion question = keep("Why is the sky blue?", 60);
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(question);
    }

    @ParameterizedTest
    @ValueSource(strings = {VETOES, ALIASES, WORDINGS})
    void remembersAVetoInPlaceOfValuesOfAnotherType(String prefix) {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion wrong = answered("Why is grass green?", 60);
        damage(verdictsKey(prefix, wording, wrong));
        store.veto(wording, wrong.answer());
        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.empty(), Set.of(wrong.answer())));
    }

    @ParameterizedTest
    @ValueSource(strings = {ALIASES, WORDINGS})
    void remembersAPermissionInPlaceOfValuesOfAnotherType(String prefix) {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion source = answered("Why is the sky blue?", 60);
        damage(verdictsKey(prefix, wording, source));
        store.permit(wording, Set.of(conversation), source);
        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.of(source), Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {VETOES, ALIASES})
    void hasNoVerdictsOfAnotherType(String prefix) {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion source = answered("Why is the sky blue?", 60);
        damage(verdictsKey(prefix, wording, source));
        assertThat(store.verdicts(wording)).isEqualTo(Verdicts.NONE);
        store.permit(wording, Set.of(conversation), source);
        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.of(source), Set.of()));
    }

    @Test
    void keepsAVetoBesideAliasesOfAnotherType() {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion wrong = answered("Why is grass green?", 60);
        store.veto(wording, wrong.answer());
        damage(verdictsKey(ALIASES, wording, wrong));
        assertThat(store.verdicts(wording)).isEqualTo(new Verdicts(Optional.empty(), Set.of(wrong.answer())));
    }

    @ParameterizedTest
    @ValueSource(strings = {VECTORS, PARTITION_OF, VETOES, ALIASES, WORDINGS})
    void removesAQuestionInSpiteOfValuesOfAnotherType(String prefix) {
        Wording wording = Wording.of(partition, "why is heaven blue");
        KeptQuestion evicted = answered("Why is the sky blue?", 60);
        store.permit(wording, Set.of(conversation), evicted);
        store.veto(Wording.of(partition, "why is the sea blue"), evicted.answer());
        damage(
                switch (prefix) {
                    case VECTORS -> partition.text();
                    case PARTITION_OF -> prefix + suffix(evicted);
                    default -> verdictsKey(prefix, wording, evicted);
                });

        store.remove(answer(evicted));

        assertThat(client.getKeys().countExists("parley:question:v1:" + suffix(evicted), WORDINGS + suffix(evicted)))
                .isZero();
        if (!prefix.equals(WORDINGS)) {
            assertThat(store.verdicts(wording)).isEqualTo(Verdicts.NONE);
            assertThat(store.verdicts(Wording.of(partition, "why is the sea blue")))
                    .isEqualTo(Verdicts.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n\n", "1\n2\n3\n4", "not a reuse"})
    void revokesNothingIfWhatWasReusedCannotBeRead(String value) {
        GenerationId generation = GenerationId.unsigned(CLOCK, 1);
        String key = "parley:reused:v1:" + partition.tenant().value() + ":" + generation.value();
        client.getBucket(key, StringCodec.INSTANCE).set(value);
        assertThat(store.revoke(partition.tenant(), generation)).isFalse();
        damage(key);
        assertThat(store.revoke(partition.tenant(), generation)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1\n2", "not a partition"})
    void removesAQuestionWhosePartitionCannotBeRead(String value) {
        KeptQuestion question = keep("Why is the sky blue?", 60);
        client.getBucket(PARTITION_OF + suffix(question), StringCodec.INSTANCE).set(value);
        store.remove(answer(question));
        assertThat(store.text(answer(question))).isEmpty();
    }

    private String verdictsKey(String prefix, Wording wording, KeptQuestion question) {
        return switch (prefix) {
            case VETOES -> wording.vetoesText();
            case ALIASES -> wording.aliasesText();
            default -> prefix + suffix(question);
        };
    }

    private String suffix(KeptQuestion question) {
        return partition.tenant().value() + ":" + question.answer().value();
    }

    /** Stores a list, which none of the keys has. */
    private static void damage(String key) {
        client.getKeys().delete(key);
        client.getList(key, StringCodec.INSTANCE).add("damaged");
    }

    /** A question with a stored answer, in a conversation of its own. */
    private KeptQuestion answered(String text, int seconds) {
        KeptQuestion question = keep(text, seconds);
        client.getBucket(answer(question).text()).set(new byte[] {1}, Duration.ofSeconds(seconds));
        return question;
    }

    private KeptQuestion keep(String text, int seconds) {
        return keep(store, text, seconds);
    }

    private KeptQuestion keep(RedisQuestionStore store, String text, int seconds) {
        KeptQuestion question = new KeptQuestion(fingerprint(), GenerationId.unsigned(CLOCK, 0));
        store.keep(partition, conversation, question, text, new byte[] {1, 2, 3}, Duration.ofSeconds(seconds));
        return question;
    }

    private AnswerKey answer(KeptQuestion question) {
        return new AnswerKey(partition.tenant(), question.answer());
    }

    private static ConversationKey conversation(String tenant) {
        return new ConversationKey(new TenantId(tenant), ConversationId.next(CLOCK));
    }
}
