package dev.parley.evaluate;

import dev.parley.evaluate.LabelledFile.Request;
import dev.parley.similar.Eligibility.Reason;
import dev.parley.similar.Embedding;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.QuestionVector;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReadQuestion.Ineligible;
import dev.parley.similar.ReuseDecision;
import dev.parley.similar.ReuseDecision.Refuse;
import dev.parley.similar.ReuseDecision.Reuse;
import dev.parley.similar.ReuseDecision.Undecided;
import dev.parley.similar.Share;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import dev.parley.similar.VectorIndex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Answers a stream of questions as the service does: a question without a hit is stored. For one stream. */
final class StreamReplay {
    /** As the service's default for a partition. */
    static final int ENTRIES_MAX = 10_000;

    /** The longest question that the service looks up, in characters: {@code SimilarQuestion.LENGTH_MAX} of the contracts. */
    static final int LENGTH_MAX = 1_000;

    private static final double STATIC_COSINE_MIN = 0.95;

    /** What the model reads of a longer text. */
    private static final int MODEL_PIECES_MAX = 126;

    /** The characters that are split into pieces: far more than the model reads. */
    private static final int MODEL_TEXT_MAX = 10_000;

    private static final int[] REPEATS_PERCENT = {0, 20, 25, 30};

    private final QuestionReader reader;
    private final SimilarQuestions questions;
    private final OnnxEmbedder embedder;
    private final Thresholds thresholds;
    private final Timings timings;
    private final LabelOracle judge;
    private final VectorIndex<Request> stored = new VectorIndex<>(ENTRIES_MAX);
    private final Map<String, Integer> refusedBy = new TreeMap<>();
    private int judged;
    private int judgedHits;
    private int judgedWrong;

    StreamReplay(
            QuestionReader reader,
            SimilarQuestions questions,
            OnnxEmbedder embedder,
            Thresholds thresholds,
            Timings timings,
            LabelOracle judge) {
        this.judge = judge;
        this.reader = reader;
        this.questions = questions;
        this.embedder = embedder;
        this.thresholds = thresholds;
        this.timings = timings;
    }

    /** A question that was answered with the answer to another one. A row of {@code --hits}. */
    record Hit(String asked, String source, boolean sameLabel, double cosine, double guard) {
        static Hit of(Request asked, Request source, double cosine, double guard) {
            return new Hit(asked.text(), source.text(), asked.sameAs().equals(source.sameAs()), cosine, guard);
        }
    }

    /**
     * The counts of a stream. Verbatim repeats within the file are not requests.
     *
     * @param hits answered with the answer to another question
     * @param wrongLabel of them, those whose label differs
     * @param withRepeats exact and similar hits together, by the share of verbatim repeats in percent
     * @param refusedBy misses by the gate that decided
     * @param judged how often the oracle was asked
     * @param judgedHits hits that the oracle permitted
     * @param judgedWrong of them, those whose label differs
     */
    record Result(
            int requests,
            int hits,
            int wrongLabel,
            int hitsStatic_95,
            int wrongStatic_95,
            Share hitShare,
            Share wrongShare,
            Share hitShareStatic_95,
            Share wrongShareStatic_95,
            Map<String, WithRepeats> withRepeats,
            Map<String, Integer> refusedBy,
            int judged,
            int judgedHits,
            int judgedWrong) {}

    /**
     * The counts with verbatim repeats.
     *
     * @param exact the repeats of questions that were stored
     */
    record WithRepeats(int requests, int exact, int similar, int wrong, double hitShare) {}

    Result replay(List<Request> stream, List<Hit> hits) {
        Set<String> texts = new HashSet<>();
        List<Request> requests =
                stream.stream().filter(request -> texts.add(request.text())).toList();
        List<Optional<Hit>> outcomes = requests.stream().map(this::lookUp).toList();
        List<Hit> found = outcomes.stream().flatMap(Optional::stream).toList();
        List<Hit> fixed = staticCosine(requests);
        hits.addAll(found);
        int wrong = wrong(found);
        return new Result(
                requests.size(),
                found.size(),
                wrong,
                fixed.size(),
                wrong(fixed),
                Share.of(found.size(), requests.size()),
                Share.of(wrong, found.size()),
                Share.of(fixed.size(), requests.size()),
                Share.of(wrong(fixed), fixed.size()),
                withRepeats(outcomes),
                refusedBy,
                judged,
                judgedHits,
                judgedWrong);
    }

    private static int wrong(List<Hit> hits) {
        return (int) hits.stream().filter(hit -> !hit.sameLabel()).count();
    }

    private Optional<Hit> lookUp(Request request) {
        if (request.text().length() > LENGTH_MAX) {
            return missed(Reason.TOO_LONG.name());
        }
        timings.begin();
        return switch (reader.read(request.text(), timings::ended, () -> {})) {
            case Ineligible(var reason) -> missed(reason.name());
            case Eligible eligible -> {
                var candidates =
                        stored.nearest(eligible.vector(), SimilarQuestions.CANDIDATES_MAX, thresholds.candidateMin());
                timings.ended("candidates");
                ReuseDecision<Request> decision = questions.decide(
                        eligible, candidates, source -> Optional.of(source.text()), thresholds, timings::ended);
                timings.end();
                yield switch (decision) {
                    case Reuse<Request>(var source, var cosine, var guard) -> {
                        stored.used(source);
                        yield Optional.of(Hit.of(request, source, cosine, guard.orElse(1)));
                    }
                    case Undecided<Request> undecided -> judge(request, eligible, undecided);
                    case Refuse<Request> refuse -> {
                        stored.add(request, eligible.vector());
                        yield missed(refuse.gate().name());
                    }
                };
            }
        };
    }

    private Optional<Hit> judge(Request request, Eligible eligible, Undecided<Request> undecided) {
        Hit hit = Hit.of(
                request,
                undecided.source(),
                undecided.cosine(),
                undecided.guard().orElse(1));
        judged++;
        if (judge.permits(hit.source(), hit.asked(), hit.sameLabel())) {
            judgedHits++;
            judgedWrong += hit.sameLabel() ? 0 : 1;
            stored.used(undecided.source());
            return Optional.of(hit);
        }
        stored.add(request, eligible.vector());
        return missed("JUDGE");
    }

    private Optional<Hit> missed(String gate) {
        refusedBy.merge(gate, 1, Integer::sum);
        return Optional.empty();
    }

    /** What is common: the cosine of the texts as they are, with a fixed threshold. */
    private List<Hit> staticCosine(List<Request> requests) {
        VectorIndex<Request> storedTexts = new VectorIndex<>(ENTRIES_MAX);
        List<Hit> hits = new ArrayList<>();
        for (Request request : requests) {
            String text = request.text().substring(0, Math.min(request.text().length(), MODEL_TEXT_MAX));
            Embedding embedding = embedder.embed(embedder.pieces(text).first(MODEL_PIECES_MAX));
            QuestionVector vector = QuestionVector.of(embedding);
            var nearest = storedTexts.nearest(vector, 1, STATIC_COSINE_MIN);
            if (nearest.isEmpty()) {
                storedTexts.add(request, vector);
            } else {
                hits.add(Hit.of(
                        request, nearest.getFirst().entry(), nearest.getFirst().cosine(), 1));
            }
        }
        return hits;
    }

    /** A repeat of a stored question is an exact hit; one of a question with a hit has the same hit again. */
    private static Map<String, WithRepeats> withRepeats(List<Optional<Hit>> outcomes) {
        Map<String, WithRepeats> results = new TreeMap<>();
        for (int percent : REPEATS_PERCENT) {
            Random random = new Random(percent);
            int repeats = outcomes.size() * percent / (100 - percent);
            List<Optional<Hit>> repeated = random.ints(repeats, 0, Math.max(1, outcomes.size()))
                    .mapToObj(outcomes::get)
                    .toList();
            int exact = (int) repeated.stream().filter(Optional::isEmpty).count();
            List<Hit> similar =
                    new ArrayList<>(outcomes.stream().flatMap(Optional::stream).toList());
            repeated.forEach(outcome -> outcome.ifPresent(similar::add));
            int requests = outcomes.size() + repeats;
            results.put(
                    Integer.toString(percent),
                    new WithRepeats(
                            requests,
                            exact,
                            similar.size(),
                            wrong(similar),
                            Share.of(exact + similar.size(), requests).value()));
        }
        return results;
    }
}
