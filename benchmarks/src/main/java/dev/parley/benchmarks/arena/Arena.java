package dev.parley.benchmarks.arena;

import dev.parley.benchmarks.contestant.Contestant;
import dev.parley.benchmarks.contestant.Contestants;
import dev.parley.benchmarks.contestant.Rival;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Tally;
import dev.parley.benchmarks.question.Pace;
import dev.parley.benchmarks.question.Questions;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Where all contestants meet. Owned by the thread of the run. */
public final class Arena {
    private static final int WARM_UP_TOKENS = 20;
    private static final int WARM_UP_PER_SECOND = 200;

    private final Contestants contestants;
    private final LoadGenerator generator;
    private final Questions questions;
    private final Effort effort;
    private final Random random;
    private final Consumer<String> progress;
    private final Set<Rival> warm = EnumSet.noneOf(Rival.class);

    public Arena(
            Contestants contestants,
            LoadGenerator generator,
            Questions questions,
            Effort effort,
            Random random,
            Consumer<String> progress) {
        this.contestants = contestants;
        this.generator = generator;
        this.questions = questions;
        this.effort = effort;
        this.random = random;
        this.progress = progress;
    }

    public Contestants contestants() {
        return contestants;
    }

    public LoadGenerator generator() {
        return generator;
    }

    public Questions questions() {
        return questions;
    }

    public Effort effort() {
        return effort;
    }

    /** Decides about orders and arrivals. */
    public Random random() {
        return random;
    }

    public void say(String line) {
        progress.accept(line);
    }

    /** A contestant, which has been given time to become warm. */
    public Contestant warm(Rival rival) throws InterruptedException {
        Contestant contestant = contestants.get(rival);
        if (warm.add(rival)) {
            int count = effort.pick(1_000, 3_000);
            say("Warming up " + rival.label() + " with " + count + " answers");
            Tally tally = ask(contestant, WARM_UP_PER_SECOND, count, WARM_UP_TOKENS, Pace.AT_ONCE);
            if (tally.answered() == 0) {
                throw new IllegalStateException(rival.label() + " answers nothing. " + tally.firstFlaw());
            }
            calm();
        }
        return contestant;
    }

    /** Asks so many new questions, at random times. */
    public Tally ask(Contestant contestant, double perSecond, int count, int tokens, Pace pace)
            throws InterruptedException {
        return generator.run(new Load(
                contestant.target(),
                Arrivals.random(perSecond, count, random.nextLong()),
                questions.next(count, tokens, pace)));
    }

    /** Waits until nothing of the last run is being worked on any more, so that the next one is not disturbed by it. */
    public void calm() throws InterruptedException {
        System.gc();
        Calm.await(contestants.pids());
    }
}
