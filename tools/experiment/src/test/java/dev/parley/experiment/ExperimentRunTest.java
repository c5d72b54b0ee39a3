package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.event.Usage;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.price.Prices;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import dev.parley.contracts.trial.Verdict;
import dev.parley.experiment.ExperimentRun.Earlier;
import dev.parley.experiment.ExperimentRun.End;
import dev.parley.experiment.trial.ClaudeApi;
import dev.parley.experiment.trial.Reply;
import dev.parley.experiment.trial.Trial;
import dev.parley.experiment.trial.TrialCost;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.experiment.trial.TrialThreads;
import dev.parley.replay.output.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExperimentRunTest {
    private static final Clock CLOCK = Clock.fixed(ExampleTrials.NOW, ZoneOffset.UTC);
    private static final Trial.Compared SIMILAR =
            ExampleTrials.compared(ExampleTrials.turn(2, "Why?"), ExampleTrials.turn(1, "But why?"));

    private final List<TrialEvent> log = Collections.synchronizedList(new ArrayList<>());
    private final Set<GenerationId> deleted = new HashSet<>();
    private Prices prices = ExampleTrials.PRICES;
    private Progress progress = Progress.hidden();
    private final ScriptedClaudeApi claude = new ScriptedClaudeApi(_ -> "neither");

    private static List<Trial> candidates(int count) {
        return IntStream.range(0, count).mapToObj(ExampleTrials::asked).toList();
    }

    private End run(ClaudeApi asked, List<Trial> candidates, Optional<BigDecimal> limit, int publishedMax)
            throws IOException, InterruptedException {
        return run(asked, candidates, limit, publishedMax, 1);
    }

    private End run(
            ClaudeApi asked, List<Trial> candidates, Optional<BigDecimal> limit, int publishedMax, int concurrency)
            throws IOException, InterruptedException {
        Earlier earlier = Earlier.of(log);
        ExperimentRun run = new ExperimentRun(
                new TrialRunner("test", asked, ExampleTrials::unlisted, ExampleTrials.ALWAYS_THINKING, prices, CLOCK),
                new TrialCost(prices, ExampleTrials.ALWAYS_THINKING),
                limit,
                event -> {
                    if (log.size() == publishedMax) {
                        throw new IOException("the log is gone");
                    }
                    log.add(event);
                },
                turn -> deleted.contains(turn.facts().generation()),
                new TrialThreads(concurrency, Duration.ZERO),
                earlier,
                progress);
        List<Trial> left = candidates.stream()
                .filter(candidate ->
                        !earlier.last().containsKey(candidate.turn().facts().generation()))
                .toList();
        return run.run(left);
    }

    @Test
    void asksTheModelOnceAndTheJudgeInBothOrders() throws Exception {
        assertThat(run(claude, candidates(1), Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(1);
        assertThat(claude.asked(ExampleTrials.JUDGE)).isEqualTo(2);
        assertThat(claude.requests.getFirst().path("stream").booleanValue()).isTrue();
        assertThat(log).hasSize(2);
        assertThat(log.getFirst()).isInstanceOf(TrialStarted.class);
        assertThat(log.getLast()).isInstanceOfSatisfying(TrialCompleted.class, trial -> {
            assertThat(trial.judgement().verdict()).isEqualTo(Verdict.EQUAL);
            assertThat(trial.judgement().costUsd()).contains(new BigDecimal("0.04000000"));
            assertThat(trial.trial().costUsd()).contains(new BigDecimal("0.02000000"));
            assertThat(trial.original().firstTokenMs()).hasValue(400);
        });
    }

    /** Claude reports its tokens also if it does not bill them. */
    @ParameterizedTest
    @CsvSource({"cyber, 0", "bio, 0.02000000", "new, "})
    void ofARefusalBeforeAnyOutputTheCostIsWhatClaudeBills(String category, @Nullable BigDecimal costUsd)
            throws Exception {
        JsonNode refusal = JsonMapper.shared().readTree("""
                {"type":"message","role":"assistant","model":"%s","content":[],"stop_reason":"refusal",
                 "stop_details":{"category":"%s"}}""".formatted(ExampleTrials.CHEAPER, category));
        Usage usage = new Usage(19, 1, 0, 0);
        ClaudeApi refusing = request -> request.path("model").stringValue("").equals(ExampleTrials.CHEAPER)
                ? new Reply.Answered(refusal, usage, OptionalDouble.empty(), 300)
                : claude.ask(request);

        assertThat(run(refusing, candidates(1), Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(log.getLast()).isInstanceOfSatisfying(TrialCompleted.class, trial -> {
            assertThat(trial.trial().usage()).isEqualTo(usage);
            assertThat(trial.trial().costUsd()).isEqualTo(Optional.ofNullable(costUsd));
        });
    }

    @Test
    void ofAModelWithoutAPriceTheCostOfTheJudgeIsShown() throws Exception {
        prices = ExampleTrials.prices(ExampleTrials.JUDGE);
        StringWriter shown = new StringWriter();
        progress = new Progress(new PrintWriter(shown), false, CLOCK, "test", 2);

        assertThat(run(claude, candidates(2), Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(shown.toString())
                .contains("0 of 2 trials, 0 failed, USD 0.0000,")
                .contains("2 of 2 trials, 0 failed, at least USD 0.0800; the cost of 2 trials is unknown,");
        assertThat(Earlier.of(log).cost().text("trials"))
                .isEqualTo("at least USD 0.0800; the cost of 2 trials is unknown");
    }

    @Test
    void anEarlierAnswerIsOnlyJudged() throws Exception {
        assertThat(run(claude, List.of(SIMILAR), Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(claude.requests).hasSize(2);
        assertThat(claude.asked(ExampleTrials.JUDGE)).isEqualTo(2);
        assertThat(log.getLast()).isInstanceOfSatisfying(TrialCompleted.class, trial -> {
            assertThat(trial.model()).isEqualTo("similar=0.9");
            assertThat(trial.similar()).contains(SIMILAR.check());
            assertThat(trial.trial().costUsd()).contains(BigDecimal.ZERO);
            assertThat(trial.judgement().verdict().suffices()).isTrue();
            assertThat(trial.message().path("content")).isEmpty();
        });
        assertThat(ExampleTrials.COSTS.atMost(SIMILAR).orElseThrow()).isGreaterThanOrEqualTo(new BigDecimal("0.04"));
    }

    @Test
    void aTurnThatIsDeletedDuringTheRunIsNeitherAskedNorPaid() throws Exception {
        ClaudeApi deleting = request -> {
            deleted.addAll(List.of(ExampleTrials.generation(1), ExampleTrials.generation(2)));
            return claude.ask(request);
        };

        assertThat(run(deleting, candidates(4), Optional.of(ExampleTrials.AT_MOST.multiply(BigDecimal.TWO)), 99))
                .isEqualTo(End.ALL_DONE);

        assertThat(log.stream().map(TrialEvent::generation).distinct())
                .containsExactly(ExampleTrials.generation(0), ExampleTrials.generation(3));
        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(2);
    }

    @Test
    void anEarlierAnswerThatIsDeletedIsNotJudged() throws Exception {
        deleted.add(ExampleTrials.generation(1));

        assertThat(run(claude, List.of(SIMILAR), Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(claude.requests).isEmpty();
        assertThat(log).isEmpty();
    }

    /** It ends without a trace of the trial that runs, as if killed. */
    @Test
    void aRunThatWasKilledIsResumedAndAsksNothingTwice() throws Exception {
        List<Trial> candidates = candidates(5);
        assertThatThrownBy(() -> run(claude, candidates, Optional.empty(), 5)).hasMessage("the log is gone");
        assertThat(Earlier.of(log).interrupted()).isEqualTo(1);
        long before = claude.asked(ExampleTrials.CHEAPER);

        assertThat(run(claude, candidates, Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(before).isEqualTo(3);
        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(5);
        assertThat(log.stream().map(TrialEvent::generation).distinct()).hasSize(5);
        assertThat(log.stream().filter(TrialStarted.class::isInstance)).hasSize(5);
        assertThat(Earlier.of(log).interrupted()).isEqualTo(1);
    }

    @Test
    void startsNoTrialThatCouldExceedTheBudget() throws Exception {
        BigDecimal actual = new BigDecimal("0.06");
        BigDecimal forTwo = ExampleTrials.AT_MOST.add(actual);

        assertThat(run(claude, candidates(5), Optional.of(forTwo), 99)).isEqualTo(End.BUDGET_SPENT);
        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(2);
        // A later run of the experiment continues from what was spent.
        assertThat(run(claude, candidates(5), Optional.of(forTwo), 99)).isEqualTo(End.BUDGET_SPENT);
        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(2);
    }

    /** Two trials reserve the whole budget, and cost a tenth of it. */
    @Test
    void waitsForRunningTrialsThatMayCostLessThanIsReserved() throws Exception {
        Thread starter = Thread.currentThread();
        ClaudeApi slow = request -> {
            while (starter.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
            return claude.ask(request);
        };

        End end = run(slow, candidates(5), Optional.of(ExampleTrials.AT_MOST.multiply(BigDecimal.TWO)), 99, 4);

        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(5);
        assertThat(end).isEqualTo(End.ALL_DONE);
    }

    @Test
    void anUnusableReplyFailsItsTrialAlone() throws Exception {
        ScriptedClaudeApi confused = new ScriptedClaudeApi(_ -> "both");

        assertThat(run(confused, candidates(2), Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(log.stream().filter(TrialFailed.class::isInstance)).hasSize(2);
        assertThat(log.getLast())
                .isInstanceOfSatisfying(
                        TrialFailed.class, failed -> assertThat(failed.stage()).isEqualTo("judgement"));
    }

    @Test
    void aRefusedTurnFailsAlone() throws Exception {
        ClaudeApi refusing = claude.without(ExampleTrials.CHEAPER, 400, "400 invalid_request_error: no");

        assertThat(run(refusing, candidates(2), Optional.empty(), 99)).isEqualTo(End.ALL_DONE);

        assertThat(log.getLast()).isInstanceOfSatisfying(TrialFailed.class, failed -> {
            assertThat(failed.reason()).contains("invalid_request_error");
            assertThat(failed.costUsd()).contains(BigDecimal.ZERO);
        });
    }

    /** It costs nothing, and tells nothing about the turn. */
    @ParameterizedTest
    @ValueSource(ints = {401, 402})
    void aRefusedKeyEndsTheRunAndItsTurnIsAskedLater(int status) throws Exception {
        ClaudeApi refusing = _ -> new Reply.Refused(status, status + " error: no", false);
        List<Trial> candidates = candidates(3);

        assertThatThrownBy(() -> run(refusing, candidates, Optional.of(ExampleTrials.AT_MOST), 99))
                .isInstanceOf(TrialRunner.RefusedException.class)
                .hasMessageContaining("error: no");

        assertThat(log).hasSize(2);
        assertThat(log.getLast())
                .isInstanceOfSatisfying(
                        TrialFailed.class,
                        failed -> assertThat(failed.costUsd()).contains(BigDecimal.ZERO));
        assertThat(Earlier.of(log).cost().charged()).isZero();
        assertThat(run(claude, candidates, Optional.empty(), 99)).isEqualTo(End.ALL_DONE);
        assertThat(claude.asked(ExampleTrials.CHEAPER)).isEqualTo(3);
        assertThat(Earlier.of(log).last()).hasSize(3).values().allMatch(TrialCompleted.class::isInstance);
    }

    /** What was paid for is not paid for again. */
    @Test
    void aRefusedJudgeEndsTheRunAndTheAnswerCounts() {
        ClaudeApi withoutJudge = claude.without(ExampleTrials.JUDGE, 402, "402 billing_error: no");

        assertThatThrownBy(() -> run(withoutJudge, candidates(2), Optional.empty(), 99))
                .isInstanceOf(TrialRunner.RefusedException.class);

        assertThat(Earlier.of(log).cost().charged()).isEqualByComparingTo("0.02");
        assertThat(Earlier.of(log).last()).hasSize(1);
        assertThat(Earlier.of(log).failed()).isEqualTo(1);
    }

    @Test
    void theHighestCostOfATrialCountsAlsoAfterAFreeOne() throws Exception {
        ClaudeApi refusing = _ -> new Reply.Refused(401, "401 authentication_error: no", false);
        List<Trial> candidates = candidates(1);
        assertThatThrownBy(() -> run(refusing, candidates, Optional.empty(), 99))
                .isInstanceOf(TrialRunner.RefusedException.class);
        assertThatThrownBy(() -> run(claude, candidates, Optional.empty(), 3)).hasMessage("the log is gone");

        assertThat(Earlier.of(log).interrupted()).isEqualTo(1);
        assertThat(Earlier.of(log).cost().charged())
                .isEqualByComparingTo(
                        ((TrialStarted) log.getLast()).costUsdAtMost().orElseThrow());
    }
}
