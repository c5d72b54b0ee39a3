package dev.parley.experiment.kafka;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.experiment.similar.PastQuestion;
import dev.parley.experiment.similar.SimilarReplay;
import dev.parley.experiment.similar.SimilarReplay.Hit;
import dev.parley.experiment.trial.KnownCost;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Trial;
import dev.parley.replay.DeletedConversations;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The turns on {@code chat.turns} that the cache of similar questions would have answered.
 *
 * @param since turns from this time on
 * @param lifetime of an answer in the cache: answers from before that time serve too
 */
public record SimilarTurns(
        TopicReader reader, Instant since, Duration lifetime, TurnFilter filter, SimilarReplay replay) {
    /** The most questions, about two kilobytes each. */
    private static final int QUESTIONS_MAX = 200_000;

    /**
     * A sample of the hits.
     *
     * @param answered the turns that pass the filter
     * @param unknown those of them whose API version or betas are other than usual, so that their partition cannot be told
     * @param lookedUp those for which the cache would have been asked, because the exact cache has no answer
     * @param hits those that it would have answered
     * @param hitsCost what the hits cost
     * @param answeredCost what all that pass the filter cost
     */
    public record Sample(
            List<Trial> trials,
            long answered,
            long unknown,
            long lookedUp,
            long hits,
            KnownCost hitsCost,
            KnownCost answeredCost) {}

    /** Reads the turns, twice. The draw is the same for the same name of the experiment. */
    public Sample sample(String experiment, String model, int size, Set<GenerationId> done) throws IOException {
        Optional<Instant> from = Optional.of(since.minus(lifetime));
        DeletedConversations deleted = DeletedConversations.read(reader, Topics.TURNS.name(), from);
        Questions questions = new Questions();
        PastTurns.read(reader, from, deleted, questions::add);
        SimilarReplay.Result result = replay.replay(questions.all);
        List<Hit> hits = result.hits();
        List<Hit> drawn = hits.stream()
                .filter(hit -> !done.contains(hit.asked().generation()))
                .sorted(Comparator.comparing(
                        hit -> PastTurns.number(experiment, hit.asked().generation())))
                .limit(size)
                .toList();
        Map<GenerationId, PastTurn> turns = turns(from, deleted, drawn);
        List<Trial> trials =
                drawn.stream().flatMap(hit -> trial(hit, model, turns).stream()).toList();
        return new Sample(
                trials,
                questions.answered,
                questions.unknown,
                result.lookedUp(),
                hits.size(),
                hits.stream().map(hit -> KnownCost.of(hit.asked().costUsd())).reduce(KnownCost.NONE, KnownCost::plus),
                questions.answeredCost);
    }

    /** Empty if one of the turns has expired since. */
    private static Optional<Trial> trial(Hit hit, String model, Map<GenerationId, PastTurn> turns) {
        PastTurn asked = turns.get(hit.asked().generation());
        PastTurn source = turns.get(hit.source().generation());
        return asked == null || source == null
                ? Optional.empty()
                : Optional.of(new Trial.Compared(asked, model, source, hit.check()));
    }

    private Map<GenerationId, PastTurn> turns(Optional<Instant> from, DeletedConversations deleted, List<Hit> hits)
            throws IOException {
        Set<GenerationId> wanted = hits.stream()
                .flatMap(hit -> Stream.of(hit.asked().generation(), hit.source().generation()))
                .collect(Collectors.toSet());
        Map<GenerationId, PastTurn> turns = new HashMap<>();
        PastTurns.read(reader, from, deleted, turn -> {
            GenerationId generation = turn.facts().generation();
            if (wanted.contains(generation)) {
                turns.put(generation, turn);
            }
        });
        return turns;
    }

    private final class Questions {
        private final List<PastQuestion> all = new ArrayList<>();
        private long answered;
        private long unknown;
        private KnownCost answeredCost = KnownCost.NONE;

        void add(PastTurn turn) {
            boolean wanted = !turn.facts().receivedAt().isBefore(since) && filter.accepts(turn);
            if (wanted) {
                answered++;
                answeredCost = answeredCost.plus(KnownCost.of(turn.costUsd()));
            }
            if (PastQuestion.isKnown(turn)) {
                PastQuestion.of(turn, wanted).ifPresent(all::add);
            } else if (wanted) {
                unknown++;
            }
            if (all.size() > QUESTIONS_MAX) {
                throw new UsageException("more than %,d questions: --since a later time".formatted(QUESTIONS_MAX));
            }
        }
    }
}
