package dev.parley.inference.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.answercache.AnswerKey;
import dev.parley.answercache.CacheEntry;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Lookup;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Lookup.NotFound;
import dev.parley.answercache.Lookup.Unavailable;
import dev.parley.answercache.Origin;
import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.SimilarCheck;
import dev.parley.contracts.event.SimilarMode;
import dev.parley.contracts.event.SimilarQuestion;
import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.inference.generation.Cancellation;
import dev.parley.inference.generation.RoutedRequest;
import dev.parley.inference.generation.judging.JudgedAnswer;
import dev.parley.inference.generation.judging.Judging;
import dev.parley.inference.generation.judging.SimilarTrace;
import dev.parley.inference.routing.Routing.AskClaude;
import dev.parley.inference.routing.Routing.Stored;
import dev.parley.inference.routing.RoutingMeter.Cause;
import dev.parley.inference.routing.SimilarLookup.Result;
import dev.parley.inference.routing.SimilarLookup.Result.NotReused;
import dev.parley.inference.routing.SimilarLookup.Result.Reused;
import dev.parley.inference.routing.SimilarLookup.Result.Undecided;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequestRouterTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final TenantId ACME = new TenantId("acme");
    private static final Fingerprint FINGERPRINT = new Fingerprint("0".repeat(64));
    private static final CachedAnswer ANSWER = new CachedAnswer(new byte[0], new byte[0]);
    private static final SimilarQuestion QUESTION =
            new SimilarQuestion(SimilarMode.STANDARD, FINGERPRINT, "Why is the sky blue?");

    private static final Attempt CALL =
            new Attempt(0, "m", NOON, 1, "completed", 200, "", Usage.NONE, Optional.empty()).judging();

    private final List<AnswerKey> asked = new ArrayList<>();
    private final List<Cause> causes = new ArrayList<>();
    private final Cancellation cancellation = new Cancellation();
    private Optional<CachedAnswer> published = Optional.empty();
    private Optional<SimilarQuestion> similar = Optional.empty();
    private boolean used;
    private Result result = new NotReused(SimilarTrace.NONE);

    @Test
    void usesTheCachedAnswer() throws Exception {
        CacheEntry kept = new CacheEntry(
                new Origin(new ConversationId("d"), GenerationId.unsigned(Clock.systemUTC(), 0)), ANSWER);

        assertThat(route(new Found(kept), CachePolicy.USE)).isInstanceOfSatisfying(Stored.class, exact -> {
            assertThat(exact.answer()).isEqualTo(ANSWER);
            assertThat(exact.request().verdict()).isEqualTo(CacheVerdict.EXACT);
            assertThat(exact.request().decidedAt()).isEqualTo(NOON);
        });
        assertThat(asked).containsExactly(new AnswerKey(ACME, FINGERPRINT));
        assertThat(causes).containsExactly(Cause.FOUND);
    }

    @Test
    void usesAPublishedAnswerBeforeTheCache() throws Exception {
        published = Optional.of(ANSWER);

        assertThat(route(new NotFound(), CachePolicy.USE)).isInstanceOfSatisfying(Stored.class, stored -> {
            assertThat(stored.answer()).isEqualTo(ANSWER);
            assertThat(stored.request().verdict()).isEqualTo(CacheVerdict.PUBLISHED);
        });
        assertThat(asked).isEmpty();
        assertThat(causes).containsExactly(Cause.FOUND);
        assertAsksClaude(route(new NotFound(), CachePolicy.NO_CACHE), CacheVerdict.BYPASS);
    }

    @Test
    void callsClaudeAfterAMiss() throws Exception {
        assertAsksClaude(route(new NotFound(), CachePolicy.USE), CacheVerdict.MISS);
        assertThat(causes).containsExactly(Cause.NOT_FOUND);
    }

    @Test
    void callsClaudeWhileTheCacheIsUnavailable() throws Exception {
        assertAsksClaude(route(new Unavailable(), CachePolicy.USE), CacheVerdict.MISS);
        assertThat(causes).containsExactly(Cause.UNAVAILABLE);
    }

    @Test
    void reusesTheAnswerToASimilarQuestion() throws Exception {
        SimilarTrace trace = SimilarTrace.of(
                new SimilarCheck(SimilarCheck.REUSED, Optional.of(0.95), Optional.empty(), Optional.empty()));
        similar = Optional.of(QUESTION);
        result = new Reused(ANSWER, trace, () -> used = true);

        assertThat(route(new NotFound(), CachePolicy.USE)).isInstanceOfSatisfying(Stored.class, cached -> {
            assertThat(cached.answer()).isEqualTo(ANSWER);
            assertThat(cached.request().verdict()).isEqualTo(CacheVerdict.SIMILAR);
            assertThat(cached.request().similar()).isEqualTo(trace);
            assertThat(used).as("before the answer is given").isFalse();
            cached.used().run();
        });
        assertThat(causes).containsExactly(Cause.SIMILAR);
        assertThat(used).isTrue();
    }

    @Test
    void callsClaudeWithTheTraceIfNoSimilarQuestionIsReused() throws Exception {
        SimilarTrace trace = SimilarTrace.of(
                new SimilarCheck("lexical:numbers", Optional.of(0.95), Optional.empty(), Optional.empty()));
        similar = Optional.of(QUESTION);
        result = new NotReused(trace);

        Routing routing = route(new NotFound(), CachePolicy.USE);

        assertAsksClaude(routing, CacheVerdict.MISS);
        assertThat(((AskClaude) routing).request().similar()).isEqualTo(trace);
    }

    @ParameterizedTest
    @CsvSource({"true, true, SIMILAR, judge:x", "false, true, MISS, judge:x", "true, false, MISS, answer-gone"})
    void asksTheJudgeBeforeClaude(boolean permitted, boolean stillStored, CacheVerdict verdict, String gate)
            throws Exception {
        SimilarTrace judged =
                SimilarTrace.of(new SimilarCheck("judge:x", Optional.of(0.8), Optional.empty(), Optional.empty()));
        similar = Optional.of(new SimilarQuestion(SimilarMode.JUDGED, FINGERPRINT, "Why is the sky blue?"));
        result = new Undecided(
                new JudgedAnswer(
                        () -> new Decided(CompletableFuture.completedFuture(permitted), judged),
                        () -> Optional.of(ANSWER).filter(_ -> stillStored),
                        () -> used = true),
                SimilarTrace.NONE);

        RoutedRequest request = switch (route(new NotFound(), CachePolicy.USE)) {
            case Stored stored -> {
                stored.used().run();
                yield stored.request();
            }
            case AskClaude claude -> claude.request();
            case Routing.Hedge _ -> throw new AssertionError("hedged");
        };

        assertThat(request.verdict()).isEqualTo(verdict);
        assertThat(request.similar()).isEqualTo(judged.refusedBy(gate).with(Optional.of(List.of(CALL))));
        boolean similarly = verdict == CacheVerdict.SIMILAR;
        assertThat(causes).containsExactly(similarly ? Cause.SIMILAR : Cause.NOT_FOUND);
        assertThat(used).isEqualTo(similarly);
    }

    /** Even if the judge permits it just then. */
    @Test
    void aRequestThatIsCancelledMeanwhileHasTheCallsOfTheJudgeButNoVerdict() throws Exception {
        SimilarTrace undecided =
                SimilarTrace.of(new SimilarCheck("guard", Optional.of(0.9), Optional.of(0.5), Optional.empty()));
        SimilarTrace judged = SimilarTrace.of(
                new SimilarCheck(SimilarCheck.REUSED, Optional.of(0.9), Optional.of(0.5), Optional.empty()));
        similar = Optional.of(new SimilarQuestion(SimilarMode.JUDGED, FINGERPRINT, "Why is the sky blue?"));
        result = new Undecided(
                new JudgedAnswer(
                        () -> {
                            cancellation.request();
                            return new Decided(new CompletableFuture<>(), judged);
                        },
                        Optional::empty,
                        () -> used = true),
                undecided);

        Routing routing = route(new NotFound(), CachePolicy.USE);

        assertAsksClaude(routing, CacheVerdict.MISS);
        assertThat(((AskClaude) routing).request().similar()).isEqualTo(undecided.with(Optional.of(List.of(CALL))));
        assertThat(used).isFalse();
    }

    @Test
    void asksNoJudgeForACancelledRequest() throws Exception {
        SimilarTrace undecided =
                SimilarTrace.of(new SimilarCheck("guard", Optional.of(0.9), Optional.of(0.5), Optional.empty()));
        similar = Optional.of(new SimilarQuestion(SimilarMode.JUDGED, FINGERPRINT, "Why is the sky blue?"));
        result = new Undecided(
                new JudgedAnswer(
                        () -> {
                            throw new AssertionError("nothing is asked");
                        },
                        Optional::empty,
                        () -> used = true),
                undecided);
        cancellation.request();

        Routing routing = route(new NotFound(), CachePolicy.USE);

        assertAsksClaude(routing, CacheVerdict.MISS);
        assertThat(((AskClaude) routing).request().similar()).isEqualTo(undecided);
    }

    @Test
    void leavesAHedgedAnswerToTheGeneration() throws Exception {
        JudgedAnswer answer = new JudgedAnswer(
                () -> {
                    throw new AssertionError("not before the capacity for a call is granted");
                },
                Optional::empty,
                () -> used = true);
        similar = Optional.of(new SimilarQuestion(SimilarMode.HEDGED, FINGERPRINT, "Why is the sky blue?"));
        result = new Undecided(answer, SimilarTrace.NONE);

        assertThat(route(new NotFound(), CachePolicy.USE)).isInstanceOfSatisfying(Routing.Hedge.class, hedge -> {
            assertThat(hedge.request().verdict()).isEqualTo(CacheVerdict.MISS);
            assertThat(hedge.stored()).isEqualTo(answer);
        });
        assertThat(causes).containsExactly(Cause.HEDGED);
    }

    private record Decided(CompletableFuture<Boolean> permitted, SimilarTrace trace) implements Judging {
        @Override
        public SimilarTrace stop() {
            return trace;
        }

        @Override
        public Optional<List<Attempt>> calls() {
            return Optional.of(List.of(CALL));
        }
    }

    @ParameterizedTest
    @EnumSource(value = CachePolicy.class, mode = EnumSource.Mode.EXCLUDE, names = "USE")
    void skipsTheCacheByTheCachePolicy(CachePolicy policy) throws Exception {
        assertAsksClaude(route(new NotFound(), policy), CacheVerdict.BYPASS);
        assertThat(asked).isEmpty();
        assertThat(causes).containsExactly(Cause.FORBIDDEN);
    }

    private static void assertAsksClaude(Routing routing, CacheVerdict verdict) {
        assertThat(routing)
                .isInstanceOfSatisfying(
                        AskClaude.class,
                        claude -> assertThat(claude.request().verdict()).isEqualTo(verdict));
    }

    private Routing route(Lookup found, CachePolicy policy) throws InterruptedException {
        AnswerLookup lookup = key -> {
            asked.add(key);
            return found;
        };
        SimilarLookup similarLookup = (_, question) -> {
            assertThat(Optional.of(question)).isEqualTo(similar);
            return result;
        };
        return new RequestRouter(
                        _ -> published,
                        lookup,
                        similarLookup,
                        (_, cause) -> causes.add(cause),
                        Clock.fixed(NOON, ZoneOffset.UTC))
                .route(requested(policy), cancellation);
    }

    private ChatRequested requested(CachePolicy policy) {
        return Events.requested(request -> {
            request.tenant = ACME;
            request.fingerprint = FINGERPRINT;
            request.cachePolicy = policy;
            request.similar = similar;
        });
    }
}
