package dev.parley.inference.similar;

import dev.parley.answercache.AnsweredQuestion;
import dev.parley.answercache.ConversationKey;
import dev.parley.answercache.QuestionPartition;
import dev.parley.answercache.QuestionStore;
import dev.parley.answercache.Wording;
import dev.parley.answercache.lookup.BreakerSettings;
import dev.parley.answercache.lookup.LookupSettings;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.model.LeastThinking;
import dev.parley.contracts.price.Prices;
import dev.parley.inference.generation.GenerationSettings;
import dev.parley.inference.generation.Generations;
import dev.parley.inference.generation.ShortCalls;
import dev.parley.inference.generation.WholeAnswer;
import dev.parley.inference.generation.calls.Claude;
import dev.parley.inference.generation.calls.Claude.Response;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A judge and a question for it. */
final class JudgeExamples {
    static final Duration LONG = Duration.ofSeconds(30);
    static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);
    static final AnsweredQuestion SOURCE = new AnsweredQuestion(new Fingerprint("2".repeat(64)), GENERATION);
    static final QuestionPartition PARTITION =
            new QuestionPartition(new TenantId("acme"), new Fingerprint("1".repeat(64)), "m");
    static final ConversationKey CONVERSATION = new ConversationKey(PARTITION.tenant(), new ConversationId("c"));
    private static final SimilarCheck CHECK =
            new SimilarCheck("threshold", Optional.of(0.8), Optional.empty(), Optional.empty());

    private JudgeExamples() {}

    static JudgeCase asking(String text, Wording wording) {
        return new JudgeCase(
                GENERATION,
                wording,
                Set.of(CONVERSATION),
                new StoredQuestion(PARTITION.same(), "m", text, new byte[] {1}),
                SOURCE,
                "How do I return a parcel?",
                "At any shop.",
                CHECK);
    }

    /** A judge that makes one call at a time. */
    static Judge judge(Claude claude, Duration timeLimit, QuestionStore questions, MeterRegistry registry) {
        GenerationSettings generation =
                Generations.settings(Duration.ofMillis(20), LONG, Generations.retries(3, 3, Map.of()));
        JudgeSettings settings = new JudgeSettings(
                "m", new LookupSettings(timeLimit, 1, LONG, 100, new BreakerSettings(100, 100, 100, LONG, 1)));
        return new Judge(
                new ShortCalls(claude, generation, Clock.systemUTC()),
                new JudgeModel("m", LeastThinking.ON_REQUEST),
                settings,
                questions,
                new Prices(List.of()),
                registry);
    }

    /** Gives these replies one after the other, and the last again and again. */
    static final class Replies implements Claude {
        private final List<String> replies;
        private final AtomicInteger calls = new AtomicInteger();

        Replies(String... replies) {
            this.replies = List.of(replies);
        }

        @Override
        public CompletableFuture<Response> ask(Call call) {
            int number = calls.getAndIncrement();
            return CompletableFuture.completedFuture(answer(replies.get(Math.min(number, replies.size() - 1))));
        }

        int calls() {
            return calls.get();
        }
    }

    static Response answer(String reply) {
        return new Response.Accepted(new WholeAnswer(reply, "max_tokens"), 200, "req_1");
    }
}
