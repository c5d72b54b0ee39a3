package dev.parley.answercache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.KeptQuestion;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.Verdicts;
import dev.parley.answercache.Wording;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBatch;
import org.redisson.api.RBucket;
import org.redisson.api.RFuture;
import org.redisson.api.RMap;
import org.redisson.api.RMapAsync;
import org.redisson.api.RSet;
import org.redisson.api.RSetAsync;
import org.redisson.api.RStream;
import org.redisson.api.RStreamAsync;
import org.redisson.api.RedissonClient;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadArgs;
import org.redisson.api.stream.StreamTrimArgs;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions in Redis. A partition is a stream of vectors, of which readers fetch what is new to them. A text is a string of its
 * own, linked to its conversation like the answer, so that it is removed with it. The vetoes of a wording are a hash with the
 * fingerprints of answers, and its aliases another one, with the generation that gave each; only aliases are removed with a
 * conversation. To find all by an answer, a string has the partition of its question, and a set the keys of the verdicts on it. A
 * value of another type or form is removed and counts as missing.
 */
public final class RedisQuestionStore implements QuestionStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisQuestionStore.class);
    private static final Codec FIELDS = new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE);
    private static final String ANSWER = "answer";
    private static final String GENERATION = "generation";
    private static final String VECTOR = "vector";

    private static final String SEPARATOR = "\n";

    /** The value for an answer that is vetoed. */
    private static final String VETO = "";

    /** The vetoes, or the aliases, of one wording. Beyond it they are forgotten together. */
    private static final int VERDICTS_MAX = 32;

    private final RedissonClient redis;
    private final int partitionMax;
    private final Duration lifetimeMax;
    private final Clock clock;
    private final LinkedKeys linked;

    /** A store for readers, or with questions that live as long as they may. */
    public RedisQuestionStore(RedissonClient redis, int partitionMax, Clock clock) {
        this(redis, partitionMax, Topics.DELETIONS.retention(), clock);
    }

    /**
     * A store with at most {@code partitionMax} questions in a partition.
     *
     * @param lifetimeMax the longest time to live of a question; the vectors of those that were stored earlier are removed
     */
    public RedisQuestionStore(RedissonClient redis, int partitionMax, Duration lifetimeMax, Clock clock) {
        this.redis = redis;
        this.partitionMax = partitionMax;
        this.lifetimeMax = lifetimeMax;
        this.clock = clock;
        this.linked = new LinkedKeys(redis, clock);
    }

    @Override
    public void keep(
            QuestionPartition partition,
            ConversationKey conversation,
            KeptQuestion question,
            String text,
            byte[] vector,
            Duration remaining) {
        AnswerKey answer = new AnswerKey(partition.tenant(), question.answer());
        String kept = String.join(
                SEPARATOR,
                partition.same().value(),
                partition.model(),
                question.generation().value());
        RBucket<String> known = redis.getBucket(partitionKey(answer), StringCodec.INSTANCE);
        if (RedisClients.calling(() -> kept.equals(removingWrongType(known.getName(), known::get)))) {
            // Repeated, as after a failure. Another copy would take the place of another question.
            return;
        }
        RedisClients.calling(() -> {
            linked.link(conversation, textKey(answer), remaining);
            return removingWrongType(partition.text(), () -> {
                RBatch batch = redis.createBatch();
                var _ = batch.<String>getBucket(textKey(answer), StringCodec.INSTANCE)
                        .setAsync(text, remaining);
                RStreamAsync<String, byte[]> vectors = batch.getStream(partition.text(), FIELDS);
                StreamMessageId oldest =
                        new StreamMessageId(clock.instant().minus(lifetimeMax).toEpochMilli());
                var _ = vectors.trimAsync(StreamTrimArgs.minId(oldest).noLimit());
                var _ = vectors.addAsync(StreamAddArgs.entries(Map.of(
                                ANSWER, question.answer().value().getBytes(US_ASCII),
                                GENERATION, question.generation().value().getBytes(US_ASCII),
                                VECTOR, vector))
                        .trim()
                        .maxLen(partitionMax)
                        .noLimit());
                RedisClients.keepAtLeast(vectors, remaining);
                // The last command: nothing is missing of what it tells.
                var _ = batch.<String>getBucket(partitionKey(answer), StringCodec.INSTANCE)
                        .setAsync(kept, remaining);
                return batch.execute();
            });
        });
    }

    @Override
    public List<Entry> after(QuestionPartition partition, String position) {
        return RedisClients.calling(() -> {
            RStream<String, byte[]> vectors = redis.getStream(partition.text(), FIELDS);
            StreamMessageId from = position.isEmpty() ? StreamMessageId.ALL : id(position);
            StreamReadArgs next = StreamReadArgs.greaterThan(from).count(partitionMax);
            return removingWrongType(partition.text(), () -> vectors.read(next)).entrySet().stream()
                    .flatMap(entry -> entry(entry.getKey(), entry.getValue()))
                    .toList();
        });
    }

    private static StreamMessageId id(String position) {
        String[] parts = position.split("-", -1);
        return new StreamMessageId(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    /** None for a damaged entry. */
    private static Stream<Entry> entry(StreamMessageId id, Map<String, byte[]> fields) {
        byte[] none = {};
        try {
            KeptQuestion question = new KeptQuestion(
                    new Fingerprint(new String(fields.getOrDefault(ANSWER, none), US_ASCII)),
                    new GenerationId(new String(fields.getOrDefault(GENERATION, none), US_ASCII)));
            return Stream.of(new Entry(id.toString(), question, fields.getOrDefault(VECTOR, none)));
        } catch (IllegalArgumentException e) {
            LOG.warn("Skipping a damaged question of Redis: {}", id);
            return Stream.empty();
        }
    }

    @Override
    public Map<AnswerKey, String> texts(Collection<AnswerKey> answers) {
        return RedisClients.calling(() -> {
            Map<String, String> texts = redis.getBuckets(StringCodec.INSTANCE)
                    .get(answers.stream().map(RedisQuestionStore::textKey).toArray(String[]::new));
            return answers.stream()
                    .filter(answer -> texts.containsKey(textKey(answer)))
                    .collect(Collectors.toUnmodifiableMap(answer -> answer, answer -> texts.get(textKey(answer))));
        });
    }

    @Override
    public Verdicts verdicts(Wording wording) {
        return RedisClients.calling(() -> {
            try {
                return read(wording);
            } catch (IllegalArgumentException e) {
                LOG.warn("Removing damaged verdicts of Redis: {}", wording.vetoesText());
                redis.getKeys().delete(wording.vetoesText(), wording.aliasesText());
                return Verdicts.NONE;
            }
        });
    }

    private Verdicts read(Wording wording) {
        RBatch batch = redis.createBatch();
        RFuture<Map<String, String>> vetoes = all(batch, wording.vetoesText());
        RFuture<Map<String, String>> aliases = all(batch, wording.aliasesText());
        return RedisClients.insteadOfWrongType(
                () -> {
                    batch.execute();
                    return verdicts(
                            vetoes.toCompletableFuture().join(),
                            aliases.toCompletableFuture().join());
                },
                // One by one, so that aliases of another type cost no veto.
                () -> verdicts(all(wording.vetoesText()), all(wording.aliasesText())));
    }

    private static Verdicts verdicts(Map<String, String> vetoes, Map<String, String> aliases) {
        Set<Fingerprint> vetoed =
                vetoes.keySet().stream().map(Fingerprint::new).collect(Collectors.toUnmodifiableSet());
        Optional<KeptQuestion> permitted = aliases.entrySet().stream()
                .map(alias -> new KeptQuestion(new Fingerprint(alias.getKey()), new GenerationId(alias.getValue())))
                .filter(source -> !vetoed.contains(source.answer()))
                .reduce((_, later) -> later);
        return new Verdicts(permitted, vetoed);
    }

    private Map<String, String> all(String key) {
        return removingWrongType(key, redis.<String, String>getMap(key, StringCodec.INSTANCE)::readAllMap);
    }

    private static RFuture<Map<String, String>> all(RBatch batch, String key) {
        return batch.<String, String>getMap(key, StringCodec.INSTANCE).readAllMapAsync();
    }

    @Override
    public void permit(Wording wording, Set<ConversationKey> conversations, KeptQuestion source) {
        String value = source.generation().value();
        remember(wording.partition().tenant(), wording.aliasesText(), conversations, source.answer(), value);
    }

    @Override
    public void veto(Wording wording, Fingerprint answer) {
        // The alias would be served again once the vetoes are forgotten.
        RedisClients.calling(() -> forget(wording.aliasesText(), answer));
        remember(wording.partition().tenant(), wording.vetoesText(), Set.of(), answer, VETO);
    }

    /** Removes the verdicts on an answer. */
    private void forget(Collection<String> verdicts, Fingerprint answer) {
        RBatch batch = redis.createBatch();
        for (String key : verdicts) {
            var _ = batch.getMap(key, StringCodec.INSTANCE).fastRemoveAsync(answer.value());
        }
        RedisClients.insteadOfWrongType(
                () -> {
                    batch.execute();
                    return true;
                },
                () -> {
                    verdicts.forEach(key -> forget(key, answer));
                    return true;
                });
    }

    private long forget(String verdicts, Fingerprint answer) {
        RMap<String, String> known = redis.getMap(verdicts, StringCodec.INSTANCE);
        return removingWrongType(verdicts, () -> known.fastRemove(answer.value()));
    }

    /** Remembers a verdict; nothing if the answer is not stored. */
    private void remember(
            TenantId tenant, String key, Set<ConversationKey> conversations, Fingerprint answer, String value) {
        RedisClients.calling(() -> {
            AnswerKey answerKey = new AnswerKey(tenant, answer);
            long remaining = redis.getBucket(answerKey.text()).remainTimeToLive();
            if (remaining <= 0) {
                return false;
            }
            RMap<String, String> known = redis.getMap(key, StringCodec.INSTANCE);
            if (removingWrongType(key, known::size) >= VERDICTS_MAX) {
                known.delete();
            }
            Duration lifetime = Duration.ofMillis(remaining);
            conversations.forEach(conversation -> linked.link(conversation, key, lifetime));
            return removingWrongType(wordingsKey(answerKey), () -> {
                RBatch batch = redis.createBatch();
                RMapAsync<String, String> verdicts = batch.getMap(key, StringCodec.INSTANCE);
                var _ = verdicts.fastPutAsync(answer.value(), value);
                RedisClients.keepAtLeast(verdicts, lifetime);
                RSetAsync<String> judged = batch.getSet(wordingsKey(answerKey), StringCodec.INSTANCE);
                var _ = judged.addAsync(key);
                RedisClients.keepAtLeast(judged, lifetime);
                batch.execute();
                return true;
            });
        });
    }

    @Override
    public void reused(GenerationId generation, Wording wording, Fingerprint answer) {
        QuestionPartition partition = wording.partition();
        String value =
                String.join(SEPARATOR, partition.same().value(), partition.model(), wording.sha256(), answer.value());
        try {
            var _ = redis.getBucket(new AnswerKey(partition.tenant(), answer).text())
                    .remainTimeToLiveAsync()
                    .thenAccept(remaining -> {
                        if (remaining > 0) {
                            var _ = reuse(partition.tenant(), generation).setAsync(value, Duration.ofMillis(remaining));
                        }
                    });
        } catch (RuntimeException e) {
            LOG.debug("A reused answer is not remembered: {}", e.toString());
        }
    }

    @Override
    public boolean revoke(TenantId tenant, GenerationId generation) {
        RBucket<String> reuse = reuse(tenant, generation);
        Optional<String> value =
                RedisClients.calling(() -> Optional.ofNullable(removingWrongType(reuse.getName(), reuse::get)));
        String[] parts = value.map(known -> known.split(SEPARATOR, -1)).orElse(new String[0]);
        if (parts.length != 4) {
            return false;
        }
        try {
            QuestionPartition partition = new QuestionPartition(tenant, new Fingerprint(parts[0]), parts[1]);
            veto(new Wording(partition, parts[2]), new Fingerprint(parts[3]));
            return true;
        } catch (IllegalArgumentException e) {
            removeDamaged(reuse.getName());
            return false;
        }
    }

    @Override
    public void remove(AnswerKey answer) {
        String[] keys = {textKey(answer), wordingsKey(answer), partitionKey(answer)};
        RedisClients.calling(() -> {
            if (redis.getKeys().countExists(keys) == 0) {
                return 0L;
            }
            RSet<String> judged = redis.getSet(wordingsKey(answer), StringCodec.INSTANCE);
            Set<String> verdicts = removingWrongType(judged.getName(), judged::readAll);
            if (!verdicts.isEmpty()) {
                forget(verdicts, answer.fingerprint());
            }
            partition(answer).ifPresent(partition -> {
                StreamMessageId[] vectors = after(partition, "").stream()
                        .filter(entry -> entry.question().answer().equals(answer.fingerprint()))
                        .map(entry -> id(entry.position()))
                        .toArray(StreamMessageId[]::new);
                if (vectors.length > 0) {
                    redis.getStream(partition.text(), FIELDS).remove(vectors);
                }
            });
            // Last, because these keys tell what else is to be removed, should this be repeated after a failure.
            return redis.getKeys().delete(keys);
        });
    }

    private Optional<QuestionPartition> partition(AnswerKey answer) {
        RBucket<String> bucket = redis.getBucket(partitionKey(answer), StringCodec.INSTANCE);
        String kept = removingWrongType(bucket.getName(), bucket::get);
        try {
            return Optional.ofNullable(kept)
                    .map(text -> text.split(SEPARATOR, -1))
                    // Earlier versions stored no generation.
                    .filter(parts -> parts.length >= 2)
                    .map(parts -> new QuestionPartition(answer.tenant(), new Fingerprint(parts[0]), parts[1]));
        } catch (IllegalArgumentException e) {
            removeDamaged(bucket.getName());
            return Optional.empty();
        }
    }

    private void removeDamaged(String key) {
        RedisClients.calling(() -> {
            RedisClients.removeDamaged(redis, key);
            return true;
        });
    }

    private <T extends @Nullable Object> T removingWrongType(String key, Supplier<T> command) {
        return RedisClients.removingWrongType(redis, key, command);
    }

    private RBucket<String> reuse(TenantId tenant, GenerationId generation) {
        return redis.getBucket("parley:reused:v1:" + tenant.value() + ":" + generation.value(), StringCodec.INSTANCE);
    }

    private static String textKey(AnswerKey answer) {
        return ofAnswer("parley:question:v1:", answer);
    }

    private static String partitionKey(AnswerKey answer) {
        return ofAnswer("parley:question-partition:v1:", answer);
    }

    private static String wordingsKey(AnswerKey answer) {
        return ofAnswer("parley:answer-wordings:v1:", answer);
    }

    private static String ofAnswer(String prefix, AnswerKey answer) {
        return prefix + answer.tenant().value() + ":" + answer.fingerprint().value();
    }
}
