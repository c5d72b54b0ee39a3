package dev.parley.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.trial.TrialEvent;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.experiment.ExperimentRun.Earlier;
import dev.parley.experiment.trial.ClaudeApi;
import dev.parley.experiment.trial.Trial;
import dev.parley.experiment.trial.TrialRunner;
import dev.parley.experiment.trial.TrialThreads;
import dev.parley.replay.InterruptHandler;
import dev.parley.replay.output.Progress;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ExperimentSessionTest {
    private static final String RESUME = " The same command with --name test resumes the experiment.";
    private static final int CONCURRENCY = 2;

    private final List<TrialEvent> log = Collections.synchronizedList(new ArrayList<>());
    private final List<String> notices = new ArrayList<>();
    private final TrialThreads threads = new TrialThreads(CONCURRENCY, Duration.ZERO);
    private final CountDownLatch asked = new CountDownLatch(CONCURRENCY);
    private final CountDownLatch answering = new CountDownLatch(1);
    private final ScriptedClaudeApi claude = new ScriptedClaudeApi(_ -> "neither");

    /** Answers when it may. */
    private final ClaudeApi blocking = request -> {
        asked.countDown();
        answering.await();
        return claude.ask(request);
    };

    private CompletableFuture<ExperimentRun.End> start(InterruptHandler interrupts) {
        ExperimentRun run = new ExperimentRun(
                new TrialRunner(
                        "test",
                        blocking,
                        ExampleTrials::unlisted,
                        ExampleTrials.ALWAYS_THINKING,
                        ExampleTrials.PRICES,
                        Clock.fixed(ExampleTrials.NOW, ZoneOffset.UTC)),
                ExampleTrials.COSTS,
                Optional.empty(),
                log::add,
                _ -> false,
                threads,
                Earlier.of(List.of()),
                Progress.hidden());
        interrupts.onInterrupt(run::stop);
        List<Trial> trials =
                IntStream.range(0, 5).mapToObj(ExampleTrials::asked).toList();
        CompletableFuture<ExperimentRun.End> end = new CompletableFuture<>();
        var _ = Thread.startVirtualThread(() -> {
            try (interrupts) {
                end.complete(run.run(trials));
            } catch (Exception e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    @Test
    void anInterruptedRunTellsWhatItCut() throws Exception {
        InterruptHandler interrupts = ExperimentSession.interruptHandler(Duration.ofMillis(1), "test", notices::add);
        CompletableFuture<ExperimentRun.End> end = start(interrupts);
        asked.await();

        interrupts.interrupt();

        assertThat(notices)
                .containsExactly(
                        "Stopped. Trials that had not ended were cut, and count as spent with what they cost at most."
                                + " Nothing was evaluated." + RESUME);
        assertThat(Earlier.of(log).cost().charged())
                .isEqualByComparingTo(ExampleTrials.AT_MOST.add(ExampleTrials.AT_MOST));
        answering.countDown();
        assertThat(end.get()).isEqualTo(ExperimentRun.End.STOPPED);
    }

    @Test
    void anInterruptedRunFinishesItsTrials() throws Exception {
        InterruptHandler interrupts = ExperimentSession.interruptHandler(Duration.ofSeconds(30), "test", notices::add);
        CompletableFuture<ExperimentRun.End> end = start(interrupts);
        asked.await();

        CompletableFuture<Void> interrupted = CompletableFuture.runAsync(interrupts::interrupt);
        while (!threads.isStopped()) {
            Thread.onSpinWait();
        }
        answering.countDown();
        assertThat(end.get()).isEqualTo(ExperimentRun.End.STOPPED);
        interrupted.get();

        assertThat(notices).containsExactly("Stopped." + RESUME);
        assertThat(log.stream().filter(TrialCompleted.class::isInstance)).hasSize(CONCURRENCY);
    }
}
