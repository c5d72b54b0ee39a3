package dev.parley.answercache.redis;

import static dev.parley.answercache.ExampleAnswers.connect;
import static dev.parley.testing.Events.fingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.Candidates;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore.Entry;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private static final String QUESTION = "parley:question:v1:";
    private static final String ALIASES = "parley:aliases:v1:";

    private static LocalRedis redis;
    private static RedissonClient client;

    private final RedisQuestionStore store = store();
    private final TenantId tenant = new TenantId("acme" + System.nanoTime());
    private final ConversationKey conversation = conversation();
    private final QuestionPartition partition = new QuestionPartition(tenant, fingerprint(), "model/1");
    private final Wording wording = Wording.of(partition, "why is heaven blue");

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
        AnsweredQuestion first = put("Why is the sky blue?", 1);
        List<Entry> entries = store.after(partition, "");
        assertThat(entries).extracting(Entry::question).containsExactly(first);
        assertThat(entries.getFirst().vector()).containsExactly(1, 2, 3);
        assertThat(store.text(answer(first))).contains("Why is the sky blue?");

        String position = entries.getFirst().position();
        assertThat(store.after(partition, position)).isEmpty();
        AnsweredQuestion second = put("Why is grass green?", 1);
        assertThat(store.after(partition, position)).extracting(Entry::question).containsExactly(second);
    }

    @Test
    void returnsTheTextsThatAreStored() {
        AnswerKey first = answer(put("Why is the sky blue?", 60));
        AnswerKey second = answer(put("Why is grass green?", 60));
        AnswerKey unknown = new AnswerKey(partition.tenant(), fingerprint());
        assertThat(store.candidates(wording, Set.of(first, unknown, second)).texts())
                .isEqualTo(Map.of(first, "Why is the sky blue?", second, "Why is grass green?"));
        assertThat(store.candidates(wording, Set.of())).isEqualTo(Candidates.NONE);
    }

    @Test
    void separatesTenantsRequestsAndModels() {
        put("Why is the sky blue?", 1);
        assertThat(store.after(new QuestionPartition(new TenantId("other"), partition.same(), partition.model()), ""))
                .isEmpty();
        assertThat(store.after(new QuestionPartition(partition.tenant(), fingerprint(), partition.model()), ""))
                .isEmpty();
        assertThat(store.after(new QuestionPartition(partition.tenant(), partition.same(), "model/2"), ""))
                .isEmpty();
    }

    @Test
    void removesTheTextWithTheConversation() {
        AnsweredQuestion question = put("Why is the sky blue?", 60);
        removeConversation(conversation);
        assertThat(store.text(answer(question))).isEmpty();
    }

    /** As when a batch of turns is repeated after a failure. */
    @Test
    void keepsAQuestionOnce() {
        AnsweredQuestion question = put("Why is the sky blue?", 60);
        for (int i = 0; i < 3; i++) {
            store.put(partition, conversation, question, "Why is the sky blue?", new byte[] {1, 2, 3}, LIFETIME);
        }
        assertThat(store.after(partition, "")).hasSize(1);

        AnsweredQuestion again = new AnsweredQuestion(question.answer(), GenerationId.unsigned(CLOCK, 0));
        store.put(partition, conversation, again, "Why is the sky blue?", new byte[] {1, 2, 3}, LIFETIME);
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(question, again);
    }

    @Test
    void removesTheOldestBeyondTheBound() {
        for (int i = 0; i < 2 * PARTITION_MAX; i++) {
            put("Question " + i, 60);
        }
        assertThat(store.after(partition, "")).hasSize(PARTITION_MAX);
    }

    @Test
    void forgetsQuestionsWithTheirTimeToLive() {
        AnsweredQuestion question = put("Why is the sky blue?", 1);
        await().untilAsserted(() -> {
            assertThat(store.text(answer(question))).isEmpty();
            assertThat(store.after(partition, "")).isEmpty();
        });
    }

    @Test
    void keepsAQuestionAlthoughALaterOneExpiresBefore() {
        AnsweredQuestion first = put("Why is the sky blue?", 60);
        AnsweredQuestion second = put("Why is grass green?", 1);
        await().untilAsserted(() -> assertThat(store.text(answer(second))).isEmpty());
        assertThat(store.after(partition, "")).extracting(Entry::question).contains(first);
    }

    /** Later questions extend the life of all vectors of the partition. */
    @Test
    void removesTheVectorsOfQuestionsThatMustHaveExpired() {
        put("Why is the sky blue?", 60);
        AnsweredQuestion later = put(
                new RedisQuestionStore(client, PARTITION_MAX, LIFETIME, Clock.offset(CLOCK, LIFETIME.plusSeconds(1))),
                "Why is grass green?",
                60);
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(later);
    }

    @Test
    void survivesDamagedLinksOfAConversation() {
        client.getBucket(conversation.answersKey(), StringCodec.INSTANCE).set("not a set");
        AnsweredQuestion question = put("Why is the sky blue?", 60);
        assertThat(store.text(answer(question))).isPresent();
    }

    @Test
    void remembersVerdictsOfAWordingAsLongAsTheAnswerIsStored() {
        AnsweredQuestion source = answered("Why is the sky blue?", 60);
        AnsweredQuestion other = answered("Why is grass green?", 60);
        assertThat(store.permitted(wording)).isEmpty();
        assertThat(vetoed(source, other)).isEmpty();

        store.permit(wording, Set.of(conversation), source);
        store.veto(wording, other.answer());

        assertThat(store.permitted(wording)).contains(source);
        assertThat(vetoed(source, other)).containsExactly(other);
        Wording another = Wording.of(partition, "why is the sea blue");
        assertThat(store.permitted(another)).isEmpty();
        assertThat(store.candidates(another, Set.of(answer(other))).vetoed()).isEmpty();
        assertThat(client.getMap(QUESTION + suffix(other)).remainTimeToLive()).isBetween(1L, 60_000L);
        assertThat(client.getMap(wording.aliasesKey()).remainTimeToLive()).isBetween(1L, 60_000L);

        store.veto(wording, source.answer());
        assertThat(store.permitted(wording)).isEmpty();
        assertThat(vetoed(source, other)).containsExactly(source, other);
    }

    @Test
    void remembersNoVerdictOnAnAnswerThatIsGone() {
        AnsweredQuestion gone = put("Why is the sky blue?", 60);
        store.permit(wording, Set.of(conversation), gone);
        store.veto(wording, gone.answer());
        assertThat(store.permitted(wording)).isEmpty();
        assertThat(vetoed(gone)).isEmpty();
    }

    /** A full Redis may evict any key before the answer. */
    @Test
    void offersNoAnswerWhoseVetoWasEvicted() {
        AnsweredQuestion first = answered("Why is the sky blue?", 60);
        store.permit(wording, Set.of(conversation), first);
        store.veto(wording, first.answer());
        List<String> kinds = keys().map(key -> key.replaceAll(":v1:.*", ":v1:")).toList();
        assertThat(kinds).contains(QUESTION, ALIASES);

        for (String kind : kinds) {
            AnsweredQuestion wrong = answered("Why is grass green?", 60);
            store.permit(wording, Set.of(conversation), wrong);
            store.veto(wording, wrong.answer());
            keys().filter(key -> key.startsWith(kind)).forEach(client.getKeys()::delete);
            assertThat(store.candidates(wording, Set.of(answer(wrong))).serves(answer(wrong)))
                    .as(kind)
                    .isFalse();
            assertThat(store.permitted(wording)).as(kind).isEmpty();
        }
    }

    private Stream<String> keys() {
        return client.getKeys()
                .getKeysStream(KeysScanOptions.defaults().pattern("*" + tenant.value() + "*"))
                .filter(key -> !key.startsWith("parley:answer:"));
    }

    @Test
    void removesAQuestionWithTooManyVetoes() {
        AnsweredQuestion wrong = answered("Why is the sky blue?", 60);
        for (int i = 0; store.text(answer(wrong)).isPresent(); i++) {
            assertThat(i).isLessThan(1_001);
            store.veto(Wording.of(partition, "wording " + i), wrong.answer());
        }
        assertThat(store.after(partition, "")).isEmpty();
    }

    @Test
    void forgetsTheAliasesOfAWordingBeyondTheBound() {
        for (int i = 0; i < 33; i++) {
            store.permit(wording, Set.of(conversation), answered("Question " + i, 60));
        }
        assertThat(client.getMap(wording.aliasesKey(), StringCodec.INSTANCE)).hasSize(1);
    }

    @Test
    void prefersTheLatestPermission() {
        store.permit(wording, Set.of(conversation), answered("Why is the sky blue?", 60));
        AnsweredQuestion later = answered("Why is the sky so blue?", 60);
        store.permit(wording, Set.of(conversation), later);
        assertThat(store.permitted(wording)).contains(later);
        store.veto(wording, later.answer());
        store.permit(wording, Set.of(conversation), later);
        assertThat(store.permitted(wording)).as("a veto remains").isPresent().isNotEqualTo(Optional.of(later));
    }

    /** Beside it may be the permission of an answer that is gone, which no other permission removes. */
    @Test
    void prefersAnAnswerThatIsPermittedAgain() {
        AnsweredQuestion first = answered("Why is the sky blue?", 60);
        store.permit(wording, Set.of(conversation), first);
        store.permit(wording, Set.of(conversation), answered("Why is the sky so blue?", 60));
        AnsweredQuestion again = new AnsweredQuestion(first.answer(), GenerationId.unsigned(CLOCK, 1));

        store.permit(wording, Set.of(conversation), again);

        assertThat(store.permitted(wording)).contains(again);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void removesAPermissionWithEitherConversation(boolean ofTheSource) {
        ConversationKey asking = conversation();
        store.permit(wording, Set.of(asking, conversation), answered("Why is the sky blue?", 60));
        removeConversation(ofTheSource ? conversation : asking);
        assertThat(store.permitted(wording)).isEmpty();
    }

    @Test
    void keepsAVetoWithoutTheConversationOfTheWording() {
        ConversationKey asking = conversation();
        AnsweredQuestion wrong = answered("Why is grass green?", 60);
        store.permit(wording, Set.of(asking, conversation), wrong);
        store.veto(wording, wrong.answer());
        removeConversation(asking);
        assertThat(vetoed(wrong)).containsExactly(wrong);
    }

    @Test
    void revokesWhatAGenerationHasReused() {
        AnsweredQuestion source = answered("Why is the sky blue?", 60);
        GenerationId generation = GenerationId.unsigned(CLOCK, 1);
        assertThat(store.revoke(tenant, generation)).isFalse();

        store.permit(wording, Set.of(conversation), source);
        store.reused(generation, wording, source.answer());

        await().until(() -> store.revoke(tenant, generation));
        assertThat(store.permitted(wording)).isEmpty();
        assertThat(vetoed(source)).containsExactly(source);
        assertThat(store.revoke(new TenantId("other"), generation)).isFalse();
    }

    @Test
    void removesAQuestionWithItsVectorsAndTheVerdictsOnItsAnswer() {
        AnsweredQuestion evicted = answered("Why is the sky blue?", 60);
        AnsweredQuestion other = answered("Why is grass green?", 60);
        store.permit(wording, Set.of(conversation), evicted);
        store.veto(wording, other.answer());
        store.veto(Wording.of(partition, "why is the sea blue"), evicted.answer());

        store.remove(answer(evicted));
        store.remove(answer(evicted));

        assertThat(store.text(answer(evicted))).isEmpty();
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(other);
        assertThat(store.permitted(wording)).isEmpty();
        assertThat(vetoed(other)).containsExactly(other);
        assertThat(store.text(answer(other))).contains("Why is grass green?");
        assertThat(client.getKeys()
                        .getKeysStream(KeysScanOptions.defaults()
                                .pattern("*" + evicted.answer().value() + "*")))
                .containsExactly(answer(evicted).redisKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {VECTORS, QUESTION})
    void keepsAQuestionInPlaceOfAValueOfAnotherType(String prefix) {
        AnsweredQuestion question = new AnsweredQuestion(fingerprint(), GenerationId.unsigned(CLOCK, 0));
        damage(keyOf(prefix, question));

        store.put(partition, conversation, question, "Why is the sky blue?", new byte[] {1, 2, 3}, LIFETIME);

        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(question);
        assertThat(store.text(answer(question))).contains("Why is the sky blue?");
        store.remove(answer(question));
        assertThat(store.after(partition, "")).isEmpty();
    }

    @Test
    void hasNoQuestionsInAPartitionOfAnotherType() {
        damage(partition.redisKey());
        assertThat(store.after(partition, "")).isEmpty();
        AnsweredQuestion question = put("Why is the sky blue?", 60);
        assertThat(store.after(partition, "")).extracting(Entry::question).containsExactly(question);
    }

    @Test
    void remembersAVetoInPlaceOfAValueOfAnotherType() {
        AnsweredQuestion wrong = answered("Why is grass green?", 60);
        damage(keyOf(QUESTION, wrong));
        assertThat(store.candidates(wording, Set.of(answer(wrong)))).isEqualTo(Candidates.NONE);
        damage(keyOf(QUESTION, wrong));
        store.veto(wording, wrong.answer());
        assertThat(vetoed(wrong)).containsExactly(wrong);
    }

    @Test
    void remembersAPermissionInPlaceOfAValueOfAnotherType() {
        AnsweredQuestion source = answered("Why is the sky blue?", 60);
        damage(wording.aliasesKey());
        assertThat(store.permitted(wording)).isEmpty();
        damage(wording.aliasesKey());
        store.permit(wording, Set.of(conversation), source);
        assertThat(store.permitted(wording)).contains(source);
    }

    @Test
    void hasNoPermissionThatCannotBeRead() {
        client.getMap(wording.aliasesKey(), StringCodec.INSTANCE).put("not a fingerprint", "not a generation");
        assertThat(store.permitted(wording)).isEmpty();
        assertThat(client.getKeys().countExists(wording.aliasesKey())).isZero();
    }

    @Test
    void keepsAVetoBesideAQuestionOfAnotherType() {
        AnsweredQuestion wrong = answered("Why is grass green?", 60);
        AnsweredQuestion damaged = answered("Why is the sky blue?", 60);
        store.veto(wording, wrong.answer());
        damage(keyOf(QUESTION, damaged));
        assertThat(vetoed(wrong, damaged)).containsExactly(wrong);
    }

    @ParameterizedTest
    @ValueSource(strings = {VECTORS, QUESTION, ALIASES})
    void removesAQuestionInSpiteOfValuesOfAnotherType(String prefix) {
        AnsweredQuestion evicted = answered("Why is the sky blue?", 60);
        store.permit(wording, Set.of(conversation), evicted);
        damage(keyOf(prefix, evicted));

        store.remove(answer(evicted));

        assertThat(client.getKeys().countExists(QUESTION + suffix(evicted))).isZero();
        assertThat(store.permitted(wording)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n\n", "1\n2\n3\n4", "not a reuse"})
    void revokesNothingIfWhatWasReusedCannotBeRead(String value) {
        GenerationId generation = GenerationId.unsigned(CLOCK, 1);
        String key = "parley:reused:v1:" + tenant.value() + ":" + generation.value();
        client.getBucket(key, StringCodec.INSTANCE).set(value);
        assertThat(store.revoke(tenant, generation)).isFalse();
        damage(key);
        assertThat(store.revoke(tenant, generation)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1\n2", "not a partition"})
    void removesAQuestionWhosePartitionCannotBeRead(String value) {
        AnsweredQuestion question = put("Why is the sky blue?", 60);
        client.getMap(QUESTION + suffix(question), StringCodec.INSTANCE).put("partition", value);
        store.remove(answer(question));
        assertThat(store.text(answer(question))).isEmpty();
    }

    private String keyOf(String prefix, AnsweredQuestion question) {
        return switch (prefix) {
            case VECTORS -> partition.redisKey();
            case ALIASES -> wording.aliasesKey();
            default -> prefix + suffix(question);
        };
    }

    /** Those of the questions whose answers are vetoed for the wording. */
    private List<AnsweredQuestion> vetoed(AnsweredQuestion... sources) {
        Set<AnswerKey> vetoed = store.candidates(
                        wording, Stream.of(sources).map(this::answer).collect(Collectors.toSet()))
                .vetoed();
        return Stream.of(sources)
                .filter(source -> vetoed.contains(answer(source)))
                .toList();
    }

    private void removeConversation(ConversationKey conversation) {
        new RedisAnswerCache(client, Deletions::new, CLOCK)
                .removeConversation(conversation, Instant.now(), Duration.ofMinutes(1));
    }

    private String suffix(AnsweredQuestion question) {
        return tenant.value() + ":" + question.answer().value();
    }

    /** Stores a list, which none of the keys has. */
    private static void damage(String key) {
        client.getKeys().delete(key);
        client.getList(key, StringCodec.INSTANCE).add("damaged");
    }

    /** A question with a stored answer, in a conversation of its own. */
    private AnsweredQuestion answered(String text, int seconds) {
        AnsweredQuestion question = put(text, seconds);
        client.getBucket(answer(question).redisKey()).set(new byte[] {1}, Duration.ofSeconds(seconds));
        return question;
    }

    private AnsweredQuestion put(String text, int seconds) {
        return put(store, text, seconds);
    }

    private AnsweredQuestion put(RedisQuestionStore store, String text, int seconds) {
        AnsweredQuestion question = new AnsweredQuestion(fingerprint(), GenerationId.unsigned(CLOCK, 0));
        store.put(partition, conversation, question, text, new byte[] {1, 2, 3}, Duration.ofSeconds(seconds));
        return question;
    }

    private AnswerKey answer(AnsweredQuestion question) {
        return new AnswerKey(partition.tenant(), question.answer());
    }

    private ConversationKey conversation() {
        return new ConversationKey(tenant, ConversationId.next(CLOCK));
    }
}
