package dev.parley.answercache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.Candidates;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.Wording;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * Questions in Redis. A partition is a stream of vectors, of which readers fetch what is new to them. A question is a hash, linked
 * to its conversation like the answer, so that it is removed with it: its text, its partition, and the wordings for which its
 * answer is vetoed. A full Redis evicts it as a whole, and without its text the answer serves no other question. The aliases of a
 * wording are a hash too, with the generation that gave each answer. A value of another type or form is removed and counts as
 * missing.
 */
public final class RedisQuestionStore implements QuestionStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisQuestionStore.class);
    private static final Codec FIELDS = new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE);
    private static final String ANSWER = "answer";
    private static final String GENERATION = "generation";
    private static final String VECTOR = "vector";

    private static final String SEPARATOR = "\n";

    /** The fields of a question. Each other one is the hash of a wording that its answer does not serve. */
    private static final String TEXT = "text";

    private static final String PARTITION = "partition";
    private static final String VETOED = "";

    /** The vetoes on one answer. Beyond it the question is removed: its answer serves no other one. */
    private static final int VETOES_MAX = 1_000;

    /** The aliases of one wording. Beyond it they are forgotten together. */
    private static final int ALIASES_MAX = 32;

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
    public void put(
            QuestionPartition partition,
            ConversationKey conversation,
            AnsweredQuestion question,
            String text,
            byte[] vector,
            Duration remaining) {
        AnswerKey answer = new AnswerKey(partition.tenant(), question.answer());
        String kept = String.join(
                SEPARATOR,
                partition.same().value(),
                partition.model(),
                question.generation().value());
        RMap<String, String> known = question(answer);
        if (RedisClients.calling(() -> kept.equals(removingWrongType(known.getName(), () -> known.get(PARTITION))))) {
            // Repeated, as after a failure. Another copy would take the place of another question.
            return;
        }
        RedisClients.calling(() -> {
            linked.link(conversation, known.getName(), remaining);
            return removingWrongType(partition.redisKey(), () -> {
                RBatch batch = redis.createBatch();
                RMapAsync<String, String> stored = batch.getMap(known.getName(), StringCodec.INSTANCE);
                var _ = stored.fastPutAsync(TEXT, text);
                RedisClients.keepAtLeast(stored, remaining);
                RStreamAsync<String, byte[]> vectors = batch.getStream(partition.redisKey(), FIELDS);
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
                var _ = stored.fastPutAsync(PARTITION, kept);
                return batch.execute();
            });
        });
    }

    @Override
    public List<Entry> after(QuestionPartition partition, String position) {
        return RedisClients.calling(() -> {
            RStream<String, byte[]> vectors = redis.getStream(partition.redisKey(), FIELDS);
            StreamMessageId from = position.isEmpty() ? StreamMessageId.ALL : id(position);
            StreamReadArgs next = StreamReadArgs.greaterThan(from).count(partitionMax);
            return removingWrongType(partition.redisKey(), () -> vectors.read(next)).entrySet().stream()
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
            AnsweredQuestion question = new AnsweredQuestion(
                    new Fingerprint(new String(fields.getOrDefault(ANSWER, none), US_ASCII)),
                    new GenerationId(new String(fields.getOrDefault(GENERATION, none), US_ASCII)));
            return Stream.of(new Entry(id.toString(), question, fields.getOrDefault(VECTOR, none)));
        } catch (IllegalArgumentException e) {
            LOG.warn("Skipping a damaged question of Redis: {}", id);
            return Stream.empty();
        }
    }

    @Override
    public Optional<String> text(AnswerKey answer) {
        RMap<String, String> question = question(answer);
        return RedisClients.calling(
                () -> Optional.ofNullable(removingWrongType(question.getName(), () -> question.get(TEXT))));
    }

    @Override
    public Candidates candidates(Wording wording, Set<AnswerKey> answers) {
        if (answers.isEmpty()) {
            return Candidates.NONE;
        }
        Set<String> fields = Set.of(TEXT, wording.sha256());
        return RedisClients.calling(() -> candidates(
                wording,
                RedisClients.insteadOfWrongType(
                        () -> readTogether(answers, fields),
                        // One by one, so that a value of another type hides no veto on another answer.
                        () -> answers.stream()
                                .collect(Collectors.toMap(answer -> answer, answer -> read(answer, fields))))));
    }

    private Map<AnswerKey, Map<String, String>> readTogether(Set<AnswerKey> answers, Set<String> fields) {
        RBatch batch = redis.createBatch();
        Map<AnswerKey, RFuture<Map<String, String>>> asked = new HashMap<>();
        for (AnswerKey answer : answers) {
            RMapAsync<String, String> question = batch.getMap(questionKey(answer), StringCodec.INSTANCE);
            asked.put(answer, question.getAllAsync(fields));
        }
        batch.execute();
        return asked.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        read -> read.getValue().toCompletableFuture().join()));
    }

    private Map<String, String> read(AnswerKey answer, Set<String> fields) {
        RMap<String, String> question = question(answer);
        return removingWrongType(question.getName(), () -> question.getAll(fields));
    }

    private static Candidates candidates(Wording wording, Map<AnswerKey, Map<String, String>> questions) {
        Map<AnswerKey, String> texts = new HashMap<>();
        Set<AnswerKey> vetoed = new HashSet<>();
        questions.forEach((answer, fields) -> {
            String text = fields.get(TEXT);
            if (text != null) {
                texts.put(answer, text);
            }
            if (fields.containsKey(wording.sha256())) {
                vetoed.add(answer);
            }
        });
        return new Candidates(texts, vetoed);
    }

    @Override
    public Optional<AnsweredQuestion> permitted(Wording wording) {
        String key = wording.aliasesKey();
        RMap<String, String> known = redis.getMap(key, StringCodec.INSTANCE);
        Map<String, String> aliases = RedisClients.calling(() -> removingWrongType(key, known::readAllMap));
        try {
            Map<AnswerKey, AnsweredQuestion> sources = new LinkedHashMap<>();
            aliases.forEach((answer, generation) -> sources.put(
                    wording.answer(new Fingerprint(answer)),
                    new AnsweredQuestion(new Fingerprint(answer), new GenerationId(generation))));
            Candidates stored = candidates(wording, sources.keySet());
            sources.keySet().removeIf(source -> !stored.serves(source));
            return sources.values().stream().reduce((_, later) -> later);
        } catch (IllegalArgumentException e) {
            removeDamaged(key);
            return Optional.empty();
        }
    }

    @Override
    public void permit(Wording wording, Set<ConversationKey> conversations, AnsweredQuestion source) {
        String key = wording.aliasesKey();
        RedisClients.calling(() -> lifetime(wording.answer(source.answer())).map(lifetime -> {
            RMap<String, String> known = redis.getMap(key, StringCodec.INSTANCE);
            if (removingWrongType(key, known::size) >= ALIASES_MAX) {
                known.delete();
            }
            conversations.forEach(conversation -> linked.link(conversation, key, lifetime));
            // It becomes the last field, before which others are that may be of answers that are gone.
            known.fastRemove(source.answer().value());
            return put(key, source.answer().value(), source.generation().value(), lifetime);
        }));
    }

    @Override
    public void veto(Wording wording, Fingerprint answer) {
        AnswerKey vetoed = wording.answer(answer);
        RMap<String, String> known = question(vetoed);
        RedisClients.calling(() -> lifetime(vetoed).map(lifetime -> {
            if (removingWrongType(known.getName(), known::size) >= VETOES_MAX) {
                remove(vetoed);
                return false;
            }
            return put(known.getName(), wording.sha256(), VETOED, lifetime);
        }));
    }

    /** How long a verdict on an answer is remembered: as long as the answer is stored. Empty if it is not. */
    private Optional<Duration> lifetime(AnswerKey answer) {
        long remaining = redis.getBucket(answer.redisKey()).remainTimeToLive();
        return remaining > 0 ? Optional.of(Duration.ofMillis(remaining)) : Optional.empty();
    }

    private boolean put(String key, String field, String value, Duration lifetime) {
        RBatch batch = redis.createBatch();
        RMapAsync<String, String> verdicts = batch.getMap(key, StringCodec.INSTANCE);
        var _ = verdicts.fastPutAsync(field, value);
        RedisClients.keepAtLeast(verdicts, lifetime);
        batch.execute();
        return true;
    }

    @Override
    public void reused(GenerationId generation, Wording wording, Fingerprint answer) {
        QuestionPartition partition = wording.partition();
        String value =
                String.join(SEPARATOR, partition.same().value(), partition.model(), wording.sha256(), answer.value());
        try {
            var _ = redis.getBucket(wording.answer(answer).redisKey())
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
        RedisClients.calling(() -> {
            RMap<String, String> question = question(answer);
            String kept = removingWrongType(question.getName(), () -> question.get(PARTITION));
            Optional.ofNullable(kept).flatMap(text -> partition(answer, text)).ifPresent(partition -> {
                StreamMessageId[] vectors = after(partition, "").stream()
                        .filter(entry -> entry.question().answer().equals(answer.fingerprint()))
                        .map(entry -> id(entry.position()))
                        .toArray(StreamMessageId[]::new);
                if (vectors.length > 0) {
                    redis.getStream(partition.redisKey(), FIELDS).remove(vectors);
                }
            });
            // Last, because it tells what else is to be removed, should this be repeated after a failure.
            return question.delete();
        });
    }

    private static Optional<QuestionPartition> partition(AnswerKey answer, String kept) {
        String[] parts = kept.split(SEPARATOR, -1);
        try {
            return parts.length == 3
                    ? Optional.of(new QuestionPartition(answer.tenant(), new Fingerprint(parts[0]), parts[1]))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            LOG.warn("The partition of a question in Redis is damaged");
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

    private RMap<String, String> question(AnswerKey answer) {
        return redis.getMap(questionKey(answer), StringCodec.INSTANCE);
    }

    private static String questionKey(AnswerKey answer) {
        return "parley:question:v1:" + answer.tenant().value() + ":"
                + answer.fingerprint().value();
    }
}
