package dev.parley.contracts.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.CancelRequested;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.CommandCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.ConversationRenamed;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.DeliveryCodec;
import dev.parley.contracts.event.ReadingResumed;
import dev.parley.contracts.event.ReadingStopped;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn.ChatCancelled;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.Turn.ChatFailed;
import dev.parley.contracts.event.Turn.Failure;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.key.KeyChanged;
import dev.parley.contracts.key.KeyCodec;
import dev.parley.contracts.key.KeyIssued;
import dev.parley.contracts.key.KeyIssued.PreviousSecret;
import dev.parley.contracts.key.KeyLimits;
import dev.parley.contracts.key.KeyRevoked;
import dev.parley.contracts.key.Mirror;
import dev.parley.contracts.model.PermittedModels;
import dev.parley.contracts.published.AnswerId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.Audience;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.QuestionKey;
import dev.parley.contracts.trial.AnswerFacts;
import dev.parley.contracts.trial.Judgement;
import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One request and its possible results, as every event that Parley writes. */
public final class ExampleEvents {
    private static final GenerationId GENERATION = new GenerationId("gen_019ab5365fc07a3e9c41d2b7f08e6a15");
    private static final ConversationId CONVERSATION = new ConversationId("conv_019ab5365fc0781b8f2e4a6c9d013b57");
    private static final TenantId TENANT = new TenantId("acme");
    private static final Fingerprint FINGERPRINT =
            new Fingerprint("5b0c0dd4c1b6c3f2a76e1f86c7f0a4c9b2a3f15e8d7461f0c3a9827be64d1f08");
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final Instant RECEIVED = Instant.parse("2026-11-24T09:30:00.160Z");

    private static final String REQUEST = """
        {"model":"claude-sonnet-4-5","max_tokens":1024,"system":"Answer in one sentence.",\
        "messages":[{"role":"user","content":"What is a commit log?"}],"stream":true}\
        """;

    private static final String BEGINNING = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message",\
        "role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,\
        "usage":{"input_tokens":24,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"An append-only "}}

        """;

    private static final String END = """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"sequence of records."}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
        "usage":{"output_tokens":9}}

        event: message_stop
        data: {"type":"message_stop"}

        """;

    private static final String OVERLOADED = """
        {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\
        """;

    private static final Usage USAGE = new Usage(24, 9, 0, 0);
    private static final BigDecimal COST = new BigDecimal("0.000207");

    public static final ChatRequested CHAT_REQUESTED = new ChatRequested(
            GENERATION,
            CONVERSATION,
            TENANT,
            "ada",
            Optional.empty(),
            "claude-sonnet-4-5",
            PermittedModels.ALL,
            true,
            FINGERPRINT,
            CachePolicy.USE,
            Optional.empty(),
            Optional.empty(),
            new ReplyAddress(5, 81_920),
            RECEIVED,
            Instant.parse("2026-11-24T09:30:00.161250Z"),
            "2023-06-01",
            "",
            TRACEPARENT,
            REQUEST.getBytes(UTF_8));

    public static final CancelRequested CANCEL_REQUESTED =
            new CancelRequested(GENERATION, TENANT, Instant.parse("2026-11-24T09:30:00.675Z"), TRACEPARENT);

    public static final AnswerDelivered ANSWER_DELIVERED = new AnswerDelivered(
            GENERATION,
            TENANT,
            false,
            200,
            "completed",
            Optional.of(Instant.parse("2026-11-24T09:30:00.618Z")),
            Optional.of(Instant.parse("2026-11-24T09:30:01.161Z")),
            Instant.parse("2026-11-24T09:30:01.162Z"),
            TRACEPARENT);

    public static final ReadingStopped READING_STOPPED = new ReadingStopped(
            GENERATION, TENANT, Instant.parse("2026-11-24T09:30:00.480Z"), Duration.ofSeconds(15), TRACEPARENT);

    public static final ReadingResumed READING_RESUMED =
            new ReadingResumed(GENERATION, TENANT, Instant.parse("2026-11-24T09:30:00.590Z"), TRACEPARENT);

    private static final KeyId KEY = new KeyId("key_019ab51e0c4e7d11a3b2c4d5e6f70819");

    private static final Optional<Instant> EXPIRES_AT = Optional.of(Instant.parse("2027-05-24T00:00:00Z"));

    /** As gateways wrote it before changes were numbered. */
    public static final KeyIssued KEY_ISSUED_BEFORE_VERSIONS = keyIssued(Optional.empty(), EXPIRES_AT);

    public static final KeyIssued KEY_ISSUED = KEY_ISSUED_BEFORE_VERSIONS.withVersion(Optional.of(2L));

    /** As gateways wrote it before keys could expire. */
    public static final KeyIssued KEY_ISSUED_BEFORE_EXPIRY = keyIssued(Optional.empty(), Optional.empty());

    /** After two rotations within an hour. */
    public static final KeyIssued KEY_ISSUED_AGAIN = keyIssued(
            Optional.of(List.of(new PreviousSecret(
                    "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92",
                    Instant.parse("2026-11-24T09:55:00Z"),
                    Map.of()))),
            EXPIRES_AT);

    public static final KeyIssued MIRRORED_KEY_ISSUED = new KeyIssued(
            KEY,
            TENANT,
            "reports",
            KEY_ISSUED.sha256(),
            Optional.empty(),
            Optional.empty(),
            KeyLimits.NONE,
            Optional.empty(),
            Optional.of(Set.of(KeyIssued.PUBLISH)),
            Optional.of(SimilarMode.STANDARD),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new Mirror("claude-haiku-5-5", new BigDecimal("0.05"), new BigDecimal("2.50"), Map.of())),
            Optional.empty(),
            Instant.parse("2026-11-20T16:20:00Z"),
            Instant.parse("2026-11-26T20:04:30Z"),
            Map.of());

    public static final KeyRevoked KEY_REVOKED =
            new KeyRevoked(KEY, TENANT, "reports", Instant.parse("2026-11-24T12:00:00Z"));

    public static final KeyChanged KEY_CHANGED = KeyChanged.of(
            KEY_ISSUED,
            KeyChanged.Change.ROTATED,
            "anna",
            Optional.of("192.0.2.7"),
            "req_019ab51e0c4b7aa08c1f5e2d3b4a6978",
            Optional.of(KeyChanged.Result.APPLIED));

    /** As gateways wrote it before keys could expire and administrators had names. */
    public static final KeyChanged KEY_CHANGED_BEFORE_EXPIRY = new KeyChanged(
            KEY,
            TENANT,
            "reports",
            KeyChanged.Change.ROTATED,
            "admin-f1b59e74db5c",
            Optional.of("192.0.2.7"),
            "req_019ab51e0c4b7aa08c1f5e2d3b4a6978",
            Optional.empty(),
            Optional.of(KEY_ISSUED.limits()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Instant.parse("2026-11-24T09:04:30Z"));

    public static final Delta FRAMES =
            new Delta.Frames(GENERATION, 2, 1, CacheVerdict.MISS, BEGINNING.getBytes(UTF_8), false);
    public static final Delta LAST = new Delta.Frames(GENERATION, 2, 2, CacheVerdict.MISS, END.getBytes(UTF_8), true);
    public static final Delta HEARTBEAT = new Delta.Heartbeat(GENERATION, 2, 0);
    public static final Delta FAILED =
            new Delta.Failed(GENERATION, 2, 1, CacheVerdict.MISS, 529, "2", false, OVERLOADED.getBytes(UTF_8));
    public static final Delta FOLLOWED = new Delta.Followed(GENERATION, 1, 0);
    public static final Delta RELEASED = new Delta.Released(GENERATION, 2, 2);
    public static final Delta RECORDED = new Delta.Recorded(GENERATION, 2, 3);

    public static final ChatCompleted CHAT_COMPLETED = new ChatCompleted(
            facts(
                    USAGE,
                    COST,
                    List.of(
                            refused(1),
                            new Attempt(
                                    2,
                                    "claude-sonnet-4-5",
                                    Instant.parse("2026-11-24T09:30:00.414Z"),
                                    745.5,
                                    "completed",
                                    200,
                                    "req_018EeWyXxfu5pfWkrYcMdjWG",
                                    USAGE,
                                    Optional.of(COST)))),
            TurnCodec.MAPPER.readTree("""
                {"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant","model":"claude-sonnet-4-5",
                 "content":[{"type":"text","text":"An append-only sequence of records."}],
                 "stop_reason":"end_turn","stop_sequence":null,
                 "usage":{"input_tokens":24,"output_tokens":9}}\
                """));

    public static final ChatFailed CHAT_FAILED = new ChatFailed(
            facts(Usage.NONE, BigDecimal.ZERO, List.of(refused(1), refused(2))),
            TurnCodec.MAPPER.readTree("""
                {"type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null}\
                """),
            new Failure(529, "overloaded_error", "Overloaded"));

    public static final ChatCancelled CHAT_CANCELLED = new ChatCancelled(
            facts(
                    new Usage(24, 3, 0, 0),
                    new BigDecimal("0.000117"),
                    List.of(new Attempt(
                            1,
                            "claude-sonnet-4-5",
                            Instant.parse("2026-11-24T09:30:00.164Z"),
                            512.25,
                            "cancelled",
                            200,
                            "req_018EeWyXxfu5pfWkrYcMdjWG",
                            new Usage(24, 3, 0, 0),
                            Optional.of(new BigDecimal("0.000117"))))),
            TurnCodec.MAPPER.readTree("""
                {"id":"msg_01XFDUDYJgAACzvnptvVoYEL","type":"message","role":"assistant","model":"claude-sonnet-4-5",
                 "content":[{"type":"text","text":"An append-only "}],"stop_reason":null,"stop_sequence":null,
                 "usage":{"input_tokens":24,"output_tokens":3}}\
                """));

    private static final QuestionKey QUESTION = new QuestionKey(TENANT, "help", "commit-log");

    public static final AnswerPublished ANSWER_PUBLISHED = new AnswerPublished(
            TENANT,
            QUESTION.collection(),
            QUESTION.slug(),
            new AnswerId("ans_7f8e6a15019ab5365fc07a3e9c41d2b0"),
            1,
            Audience.PUBLIC,
            GENERATION,
            CONVERSATION,
            FINGERPRINT,
            "What is a commit log?",
            "claude-sonnet-4-5",
            RawJson.of(TurnCodec.MAPPER.readTree(REQUEST)),
            RawJson.of(CHAT_COMPLETED.message()),
            Optional.of(KEY),
            Optional.of(Instant.parse("2027-06-30T00:00:00Z")),
            Instant.parse("2026-11-24T09:31:07.250Z"));

    public static final AnswerWithdrawn ANSWER_WITHDRAWN = new AnswerWithdrawn(
            QUESTION, AnswerWithdrawn.Reason.DELETED, Optional.of(KEY), Instant.parse("2026-11-24T09:34:38.384Z"));

    private static final RequestId CHANGE = new RequestId("req_019ab53a9f2c7c1d8e6b0f4a72d95e38");

    public static final ConversationRenamed CONVERSATION_RENAMED = new ConversationRenamed(
            CHANGE, TENANT, CONVERSATION, "Commit logs", Instant.parse("2026-11-24T09:34:38.380Z"), TRACEPARENT);

    public static final ConversationDeleted CONVERSATION_DELETED = new ConversationDeleted(
            CHANGE, TENANT, CONVERSATION, Instant.parse("2026-11-24T09:34:38.380Z"), TRACEPARENT);

    public static final TrialStarted TRIAL_STARTED = new TrialStarted(
            "2026-12-01-haiku",
            GENERATION,
            CONVERSATION,
            TENANT,
            "claude-haiku-5-5",
            Optional.of(new BigDecimal("0.09")),
            Instant.parse("2026-12-01T08:00:00Z"));

    public static final TrialCompleted TRIAL_COMPLETED = new TrialCompleted(
            "2026-12-01-haiku",
            GENERATION,
            CONVERSATION,
            TENANT,
            "claude-haiku-5-5",
            "question",
            0.175,
            new AnswerFacts(
                    "claude-sonnet-4-5-20250929",
                    "end_turn",
                    new Usage(24, 9, 0, 0),
                    Optional.of(new BigDecimal("0.000207")),
                    OptionalDouble.of(452.75),
                    OptionalDouble.of(995.5)),
            new AnswerFacts(
                    "claude-haiku-5-5",
                    "end_turn",
                    new Usage(24, 8, 0, 0),
                    Optional.of(new BigDecimal("0.0000064")),
                    OptionalDouble.of(210.25),
                    OptionalDouble.of(400.5)),
            new Judgement(
                    "claude-opus-5-5",
                    Verdict.EQUAL,
                    Verdict.BETTER,
                    Verdict.EQUAL,
                    new Usage(620, 30, 0, 0),
                    Optional.of(new BigDecimal("0.00308"))),
            Optional.empty(),
            TurnCodec.MAPPER.readTree(
                    "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"A log of commits.\"}]}"),
            Instant.parse("2026-12-01T08:00:02Z"));

    public static final TrialFailed TRIAL_FAILED = new TrialFailed(
            "2026-12-01-haiku",
            GENERATION,
            CONVERSATION,
            TENANT,
            "claude-haiku-5-5",
            "answer",
            "529 overloaded_error: Overloaded",
            Optional.of(new BigDecimal("0")),
            Instant.parse("2026-12-01T08:00:09Z"));

    public static final AnswerRated ANSWER_RATED = new AnswerRated(
            CHANGE,
            TENANT,
            GENERATION,
            AnswerRated.Rating.DOWN,
            "It is about another shop.",
            Instant.parse("2026-11-24T09:34:38.380Z"),
            TRACEPARENT);

    public static final AnswerEvicted ANSWER_EVICTED = new AnswerEvicted(
            CHANGE, GENERATION, "admin-1a2b3c4d", Instant.parse("2026-11-24T09:34:38.380Z"), TRACEPARENT);

    private ExampleEvents() {}

    /** The record of each event, by the name of its golden file. */
    public static Map<String, ProducerRecord<String, byte[]>> encoded() {
        Map<String, ProducerRecord<String, byte[]>> records = new LinkedHashMap<>();
        records.put("ChatRequested.v1", RequestCodec.encode(CHAT_REQUESTED));
        records.put("ChatCompleted.v1", TurnCodec.encode(CHAT_COMPLETED, gzip(BEGINNING + END)));
        records.put("ChatFailed.v1", TurnCodec.encode(CHAT_FAILED));
        records.put("ChatCancelled.v1", TurnCodec.encode(CHAT_CANCELLED));
        records.put("ConversationRenamed.v1", ChangeCodec.encode(CONVERSATION_RENAMED));
        records.put("ConversationDeleted.v1", ChangeCodec.encode(CONVERSATION_DELETED));
        records.put("AnswerRated.v1", ChangeCodec.encode(ANSWER_RATED));
        records.put("AnswerEvicted.v1", ChangeCodec.encode(ANSWER_EVICTED));
        records.put("CancelRequested.v1", CommandCodec.encode(CANCEL_REQUESTED));
        records.put("ReadingStopped.v1", CommandCodec.encode(READING_STOPPED));
        records.put("ReadingResumed.v1", CommandCodec.encode(READING_RESUMED));
        records.put("AnswerDelivered.v1", DeliveryCodec.encode(ANSWER_DELIVERED));
        records.put("KeyIssued.v1", KeyCodec.encode(KEY_ISSUED));
        records.put("KeyRevoked.v1", KeyCodec.encode(KEY_REVOKED));
        records.put("KeyChanged.v1", KeyCodec.encode(KEY_CHANGED));
        records.put(
                "AnswerPublished.v1",
                PublishedCodec.encode(
                        ANSWER_PUBLISHED,
                        gzip("id: 5-81922.0\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")));
        records.put("AnswerWithdrawn.v1", PublishedCodec.encode(ANSWER_WITHDRAWN));
        records.put("TrialStarted.v1", TrialCodec.encode(TRIAL_STARTED));
        records.put("TrialCompleted.v1", TrialCodec.encode(TRIAL_COMPLETED));
        records.put("TrialFailed.v1", TrialCodec.encode(TRIAL_FAILED));
        records.put("delta-heartbeat", DeltaCodec.encode(HEARTBEAT, 5, CONVERSATION));
        records.put("delta-frames", DeltaCodec.encode(FRAMES, 5));
        records.put("delta-last", DeltaCodec.encode(LAST, 5));
        records.put("delta-failed", DeltaCodec.encode(FAILED, 5));
        records.put("delta-followed", DeltaCodec.encode(FOLLOWED, 5));
        records.put("delta-released", DeltaCodec.encode(RELEASED, 5));
        records.put("delta-recorded", DeltaCodec.encode(RECORDED, 5));
        records.put("dead-letter", deadLetter());
        return records;
    }

    private static KeyIssued keyIssued(Optional<List<PreviousSecret>> earlier, Optional<Instant> expiresAt) {
        return new KeyIssued(
                KEY,
                TENANT,
                "reports",
                "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
                Optional.of(new PreviousSecret(
                        "66dfcfe841a830f19bcc105b6d74eeedde01ba2991661491366242b606a8ee35",
                        Instant.parse("2026-11-24T10:04:30Z"),
                        Map.of())),
                earlier,
                new KeyLimits(
                        List.of("claude-haiku", "claude-sonnet"),
                        Optional.of(60L),
                        Optional.of(100_000L),
                        Optional.empty(),
                        Optional.of(5L),
                        Optional.of(new BigDecimal("2.50")),
                        Optional.of(new BigDecimal("40")),
                        Map.of()),
                Optional.of("continue"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                expiresAt,
                Optional.empty(),
                Optional.empty(),
                Instant.parse("2026-11-20T16:20:00Z"),
                Instant.parse("2026-11-24T09:04:30Z"),
                Map.of());
    }

    public static final TrialCompleted SIMILAR_TRIAL_COMPLETED = new TrialCompleted(
            "2026-12-01-similar",
            GENERATION,
            CONVERSATION,
            TENANT,
            "similar=0.9",
            "question",
            0.175,
            TRIAL_COMPLETED.original(),
            new AnswerFacts(
                    "claude-sonnet-4-5-20250929",
                    "end_turn",
                    Usage.NONE,
                    Optional.of(BigDecimal.ZERO),
                    OptionalDouble.empty(),
                    OptionalDouble.empty()),
            TRIAL_COMPLETED.judgement(),
            Optional.of(new SimilarCheck(
                    SimilarCheck.REUSED,
                    Optional.of(0.9312),
                    Optional.of(0.9876),
                    Optional.of(new GenerationId("gen_019ab52f11c07a3e9c41d2b7f08e6a14")))),
            TurnCodec.MAPPER.readTree("{\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}"),
            Instant.parse("2026-12-01T08:00:02Z"));

    /** Records with properties that the others lack, by the names of their golden files. */
    static Map<String, ProducerRecord<String, byte[]>> withOptionalProperties() {
        Map<String, ProducerRecord<String, byte[]>> records = new LinkedHashMap<>();
        records.put("KeyIssued.v1+with-earlier-secrets", KeyCodec.encode(KEY_ISSUED_AGAIN));
        records.put("KeyIssued.v1+with-a-mirror", KeyCodec.encode(MIRRORED_KEY_ISSUED));
        records.put("TrialCompleted.v1+of-a-similar-question", TrialCodec.encode(SIMILAR_TRIAL_COMPLETED));
        return records;
    }

    /** A turn event of a later version, which persistence-worker cannot read. */
    private static ProducerRecord<String, byte[]> deadLetter() {
        ProducerRecord<String, byte[]> turn = TurnCodec.encode(CHAT_CANCELLED);
        turn.headers().remove(CloudEvent.TYPE).add(CloudEvent.TYPE, "dev.parley.ChatPostponed.v1".getBytes(UTF_8));
        ConsumerRecord<String, byte[]> postponed = new ConsumerRecord<>(
                turn.topic(), 7, 4_711, turn.key(), "{\"until\":\"2026-11-25T08:00:00Z\"}".getBytes(UTF_8));
        turn.headers().forEach(postponed.headers()::add);
        ProducerRecord<byte[], byte[]> letter =
                DeadLetter.of(postponed, "not a turn event known here: dev.parley.ChatPostponed.v1");
        return new ProducerRecord<>(letter.topic(), null, turn.key(), letter.value(), letter.headers());
    }

    private static TurnFacts facts(Usage usage, BigDecimal cost, List<Attempt> attempts) {
        return new TurnFacts(
                GENERATION,
                CONVERSATION,
                TENANT,
                "ada",
                Optional.empty(),
                "claude-sonnet-4-5",
                Optional.empty(),
                Optional.empty(),
                FINGERPRINT,
                CachePolicy.USE,
                CacheVerdict.MISS,
                Optional.empty(),
                RawJson.of(TurnCodec.MAPPER.readTree(REQUEST)),
                usage,
                Optional.of(cost),
                attempts,
                new StageTimings(
                        1.25, 2.25, OptionalDouble.of(0.5), OptionalDouble.of(452.75), OptionalDouble.of(995.5), 999.5),
                RECEIVED,
                Instant.parse("2026-11-24T09:30:01.159500Z"),
                TRACEPARENT);
    }

    private static Attempt refused(int number) {
        return new Attempt(
                number,
                "claude-sonnet-4-5",
                Instant.parse("2026-11-24T09:30:00.164Z"),
                38.5,
                "refused",
                529,
                "req_011CSHoEeqs5C35K2UUqR7Fy",
                Usage.NONE,
                Optional.of(BigDecimal.ZERO));
    }

    /** Stored without compression, so that every version of zlib writes the same bytes. */
    private static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new StoringGzip(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static final class StoringGzip extends GZIPOutputStream {
        StoringGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.NO_COMPRESSION);
        }
    }
}
