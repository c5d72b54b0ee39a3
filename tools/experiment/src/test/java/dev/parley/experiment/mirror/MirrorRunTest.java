package dev.parley.experiment.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.id.KeyId;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.experiment.ExampleTrials;
import dev.parley.experiment.ScriptedClaudeApi;
import dev.parley.experiment.mirror.LiveTurn.Mirrored;
import dev.parley.experiment.mirror.MirrorRun.Outcome;
import dev.parley.experiment.trial.CautiousClaude;
import dev.parley.experiment.trial.ClaudeApi;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Reply;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.experiment.trial.TrialRunner.RefusedException;
import dev.parley.experiment.trial.TrialSpending;
import dev.parley.experiment.trial.TrialThreads;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorRunTest {
    private static final KeyId KEY = ExampleTrials.key(1);
    private static final KeyId OTHER_KEY = ExampleTrials.key(2);
    private static final Duration QUIET = Duration.ofHours(1);

    /** What a trial costs. */
    private static final BigDecimal ACTUAL = new BigDecimal("0.06");

    private final ScriptedClaudeApi claude = new ScriptedClaudeApi(_ -> "neither");
    private final MirroredKeys keys = new MirroredKeys();
    private final List<String> notices = new ArrayList<>();
    private Clock clock = Clock.fixed(ExampleTrials.NOW, ZoneOffset.UTC);

    /** Goes on by a step whenever it is read. */
    private static Clock stepping(Duration step) {
        AtomicReference<Instant> now = new AtomicReference<>(ExampleTrials.NOW);
        InstantSource steps = () -> now.updateAndGet(time -> time.plus(step));
        return steps.withZone(ZoneOffset.UTC);
    }

    private static LiveTurn live(int number) {
        return ExampleTrials.live(number, KEY, ExampleTrials.CHEAPER, "100");
    }

    private static RecordedTurns turns(int count) {
        return new RecordedTurns(
                IntStream.range(0, count).mapToObj(MirrorRunTest::live).toList());
    }

    private MirrorRun run(RecordedTurns turns, ClaudeApi asked, Map<KeyId, BigDecimal> spent) {
        return run(turns, asked, spent, Duration.ZERO);
    }

    private MirrorRun run(RecordedTurns turns, ClaudeApi asked, Map<KeyId, BigDecimal> spent, Duration interval) {
        turns.mirrored().forEach(each -> keys.apply(ExampleTrials.issued(each.key(), Optional.of(each.mirror()))));
        CautiousClaude cautious = new CautiousClaude(asked, QUIET, clock);
        MirrorRun run = new MirrorRun(
                turns,
                keys,
                experiment -> new TrialRunner(
                        experiment,
                        cautious,
                        ExampleTrials::unlisted,
                        ExampleTrials.ALWAYS_THINKING,
                        ExampleTrials.PRICES,
                        clock),
                cautious,
                ExampleTrials.COSTS,
                new DailyBudgets(spent, clock.instant()),
                clock,
                notices::add,
                new TrialThreads(1, interval));
        turns.reopen(run::stop);
        return run;
    }

    private MirrorRun.Counts mirror(RecordedTurns turns, ClaudeApi asked) throws IOException, InterruptedException {
        MirrorRun run = run(turns, asked, Map.of());
        run.run();
        return run.counts();
    }

    private static <T extends TrialEvent> List<T> events(RecordedTurns turns, Class<T> type) {
        return turns.events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void aMirroredTurnIsAskedAndJudged() throws Exception {
        RecordedTurns turns = new RecordedTurns(List.of(new LiveTurn(0, 0, Optional.empty()), live(1)));

        MirrorRun.Counts counts = mirror(turns, claude);

        assertThat(turns.events).hasSize(2);
        assertThat(turns.events.getLast()).isInstanceOfSatisfying(TrialCompleted.class, trial -> {
            assertThat(trial.experiment()).isEqualTo("mirror-" + KEY);
            assertThat(trial.generation()).isEqualTo(ExampleTrials.generation(1));
            assertThat(trial.model()).isEqualTo(ExampleTrials.CHEAPER);
        });
        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(1);
        assertThat(counts.turns()).isEqualTo(2);
        assertThat(counts.of(Outcome.COMPARED)).isEqualTo(1);
        assertThat(counts.spentToday()).isEqualByComparingTo(ACTUAL);
    }

    @Test
    void turnsBeyondTheBudgetOfTheirKeyAreLeftOut() throws Exception {
        String forOne = ExampleTrials.AT_MOST
                .add(ACTUAL)
                .subtract(new BigDecimal("0.01"))
                .toPlainString();
        RecordedTurns turns = new RecordedTurns(List.of(
                ExampleTrials.live(0, KEY, ExampleTrials.CHEAPER, forOne),
                ExampleTrials.live(1, KEY, ExampleTrials.CHEAPER, forOne),
                ExampleTrials.live(2, OTHER_KEY, ExampleTrials.CHEAPER, forOne)));

        MirrorRun.Counts counts = mirror(turns, claude);

        assertThat(events(turns, TrialStarted.class))
                .extracting(TrialEvent::generation)
                .containsExactly(ExampleTrials.generation(0), ExampleTrials.generation(2));
        assertThat(counts.of(Outcome.OVER_BUDGET)).isEqualTo(1);
    }

    /** The second look at the deletions follows the wait for a place. */
    @Test
    void aTrialThatWaitsOverMidnightCountsOnTheDayOfItsStart() throws Exception {
        Instant midnight = Instant.parse("2026-12-02T00:00:00Z");
        AtomicReference<Instant> now = new AtomicReference<>(midnight.minusSeconds(1));
        InstantSource settable = now::get;
        clock = settable.withZone(ZoneOffset.UTC);
        RecordedTurns turns = new RecordedTurns(List.of(new LiveTurn(
                0,
                0,
                Optional.of(new Mirrored(
                        PastTurn.of(ExampleTrials.completed(0, "Why?", Optional.of(KEY), now.get()))
                                .orElseThrow(),
                        KEY,
                        live(0).mirrored().orElseThrow().mirror())))));
        AtomicInteger looks = new AtomicInteger();
        turns.beforeDeletionCheck = () -> now.set(looks.incrementAndGet() == 2 ? midnight : now.get());

        MirrorRun.Counts counts = mirror(turns, claude);

        assertThat(events(turns, TrialStarted.class))
                .singleElement()
                .satisfies(started -> assertThat(started.at()).isEqualTo(midnight));
        assertThat(counts.spentToday()).isEqualByComparingTo(ACTUAL);
    }

    @Test
    void whatWasSpentBeforeARestartCounts() throws Exception {
        RecordedTurns turns = new RecordedTurns(
                List.of(ExampleTrials.live(0, KEY, ExampleTrials.CHEAPER, ExampleTrials.AT_MOST.toPlainString())));

        run(turns, claude, Map.of(KEY, ACTUAL)).run();

        assertThat(claude.requests).isEmpty();
    }

    /** The process is gone while a trial runs: neither its result nor a later start is on the log. */
    @Test
    void aRunThatWasKilledAsksNothingTwiceAndLeavesNothingOut() throws Exception {
        RecordedTurns turns = turns(8);
        turns.eventsMax = 5;
        MirrorRun killed = run(turns, claude, Map.of());
        assertThatThrownBy(killed::run).hasMessage("the log is gone");
        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(3);

        turns.eventsMax = Integer.MAX_VALUE;
        mirror(turns, claude);

        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(8);
        assertThat(events(turns, TrialStarted.class))
                .extracting(TrialEvent::generation)
                .containsExactlyElementsOf(IntStream.range(0, 8)
                        .mapToObj(ExampleTrials::generation)
                        .toList());
        assertThat(events(turns, TrialCompleted.class)).hasSize(7);
    }

    @Test
    void afterARefusalNothingIsAskedForAWhile() throws Exception {
        clock = stepping(QUIET.dividedBy(8));
        ClaudeApi overloadedOnce = request -> {
            boolean first = claude.requests.isEmpty();
            Reply reply = claude.ask(request);
            return first ? new Reply.Refused(529, "529 overloaded_error: Overloaded", false) : reply;
        };
        RecordedTurns turns = turns(2);

        MirrorRun.Counts counts = mirror(turns, overloadedOnce);

        TrialFailed failed = events(turns, TrialFailed.class).getFirst();
        assertThat(failed.stage()).isEqualTo("answer");
        assertThat(failed.costUsd()).contains(BigDecimal.ZERO);
        assertThat(events(turns, TrialStarted.class).getLast().at())
                .isAfterOrEqualTo(failed.at().plus(QUIET).minus(QUIET.dividedBy(4)));
        assertThat(counts.of(Outcome.FAILED)).isEqualTo(1);
        assertThat(counts.of(Outcome.COMPARED)).isEqualTo(1);
    }

    /** Turns that have been read already, too. */
    @Test
    void aMirrorThatIsRemovedAsksNothingMore() throws Exception {
        RecordedTurns turns = turns(2);
        MirrorRun run = run(turns, claude, Map.of());
        keys.apply(ExampleTrials.issued(KEY, Optional.empty()));

        run.run();

        assertThat(claude.requests).isEmpty();
        assertThat(run.counts().turns()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void anUnknownModelEndsTheMirrorOfItsKeyOnly(int status) throws Exception {
        ClaudeApi withoutX = claude.without("claude-x", status, "model: claude-x");
        RecordedTurns turns = new RecordedTurns(List.of(
                ExampleTrials.live(0, KEY, "claude-x", "100"),
                ExampleTrials.live(1, KEY, "claude-x", "100"),
                ExampleTrials.live(2, OTHER_KEY, ExampleTrials.CHEAPER, "100")));

        MirrorRun.Counts counts = mirror(turns, withoutX);

        assertThat(counts.of(Outcome.FAILED)).isEqualTo(1);
        assertThat(counts.of(Outcome.COMPARED)).isEqualTo(1);
        assertThat(notices).singleElement().asString().contains(KEY.value(), "claude-x");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402})
    void aRefusedKeyEndsTheRunSpendsNothingAndTheOtherTurnsAreLeft(int status) throws Exception {
        RecordedTurns turns = turns(3);
        MirrorRun run = run(turns, _ -> new Reply.Refused(status, status + " error: no", false), Map.of());

        assertThatThrownBy(run::run).isInstanceOf(RefusedException.class);

        assertThat(events(turns, TrialFailed.class)).singleElement().satisfies(failed -> {
            assertThat(failed.generation()).isEqualTo(ExampleTrials.generation(0));
            assertThat(failed.costUsd()).contains(BigDecimal.ZERO);
        });
        assertThat(TrialSpending.of(turns.events).charged()).isZero();
        assertThat(run.counts().spentToday()).isZero();
        assertThat(run.counts().of(Outcome.FAILED)).isEqualTo(1);

        mirror(turns, claude);

        assertThat(events(turns, TrialStarted.class))
                .extracting(TrialEvent::generation)
                .containsExactly(ExampleTrials.generation(0), ExampleTrials.generation(1), ExampleTrials.generation(2));
        assertThat(events(turns, TrialCompleted.class)).hasSize(2);
    }

    @Test
    void ifTheJudgeIsRefusedTheAnswerOfTheModelIsPaid() {
        ClaudeApi withoutJudge = claude.without(ExampleTrials.JUDGE, 402, "402 billing_error: no");
        RecordedTurns turns = turns(1);
        MirrorRun run = run(turns, withoutJudge, Map.of());

        assertThatThrownBy(run::run).isInstanceOf(RefusedException.class);

        assertThat(TrialSpending.of(turns.events).charged()).isEqualByComparingTo("0.02");
        assertThat(run.counts().spentToday()).isEqualByComparingTo("0.02");
    }

    @Test
    void deletedAndOldTurnsAreNotAsked() throws Exception {
        RecordedTurns turns = turns(2);
        turns.deleted.add(ExampleTrials.generation(0));
        MirrorRun.Counts counts = mirror(turns, claude);
        assertThat(counts.of(Outcome.OUTDATED)).isEqualTo(1);
        assertThat(counts.of(Outcome.COMPARED)).isEqualTo(1);

        clock = stepping(MirrorRun.AGE_MAX.plusSeconds(1));
        RecordedTurns old = turns(1);
        assertThat(mirror(old, claude).of(Outcome.OUTDATED)).isEqualTo(1);
        assertThat(old.events).isEmpty();
    }

    /** Their places would take 30 s. */
    @Test
    @Timeout(10)
    void oldAndDeletedTurnsDoNotWaitForAPlace() throws Exception {
        RecordedTurns deleted = turns(30);
        IntStream.range(0, 30).mapToObj(ExampleTrials::generation).forEach(deleted.deleted::add);
        MirrorRun run = run(deleted, claude, Map.of(), Duration.ofMillis(500));
        run.run();
        assertThat(run.counts().of(Outcome.OUTDATED)).isEqualTo(30);

        clock = Clock.fixed(ExampleTrials.NOW.plus(MirrorRun.AGE_MAX).plusSeconds(1), ZoneOffset.UTC);
        MirrorRun later = run(turns(30), claude, Map.of(), Duration.ofMillis(500));
        later.run();
        assertThat(later.counts().of(Outcome.OUTDATED)).isEqualTo(30);
    }

    @Test
    void aModelWithoutAPriceIsNotAsked() throws Exception {
        RecordedTurns turns = new RecordedTurns(List.of(ExampleTrials.live(0, KEY, "another", "100")));

        assertThat(mirror(turns, claude).of(Outcome.WITHOUT_PRICE)).isEqualTo(1);
        assertThat(claude.requests).isEmpty();
    }
}
