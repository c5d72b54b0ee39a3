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
    private final Contestants contestants;
    private final LoadGenerator generator;
    private final Questions questions;
    private final Effort effort;
    private final Random random;
    private final Consumer<String> progress;
    private final Set<Rival> warm = EnumSet.noneOf(Rival.class);
    private int starts;

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
        if (contestants.starts() != starts) {
            starts = contestants.starts();
            warm.clear();
        }
        if (warm.add(rival)) {
            say("Warming up " + rival.label());
            new WarmUp(this, contestant).run();
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
