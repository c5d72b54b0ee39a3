package dev.parley.evaluate;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReuseDecision.Refuse;
import dev.parley.similar.ReuseDecision.Reuse;
import dev.parley.similar.ReuseDecision.Undecided;
import dev.parley.similar.Share;
import dev.parley.similar.SimilarQuestions;
import dev.parley.similar.Thresholds;
import dev.parley.similar.VectorIndex;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Asks the second question of each pair when only the first is stored. */
record PairComparison(QuestionReader reader, SimilarQuestions questions, Thresholds thresholds, LabelOracle judge) {
    /** The pairs with the same answer and those with different answers, and how many of them were accepted as the same. */
    record Counts(int same, int acceptedSame, int different, int acceptedDifferent) {
        private static final Counts NONE = new Counts(0, 0, 0, 0);

        private Counts plus(boolean isSame, boolean accepted) {
            int one = accepted ? 1 : 0;
            return isSame
                    ? new Counts(same + 1, acceptedSame + one, different, acceptedDifferent)
                    : new Counts(same, acceptedSame, different + 1, acceptedDifferent + one);
        }
    }

    record Result(
            @JsonUnwrapped Counts all,
            Share acceptedSameShare,
            Share acceptedDifferentShare,
            Map<String, Counts> kinds) {}

    Result compare(List<Pair> pairs) {
        Counts all = Counts.NONE;
        Map<String, Counts> kinds = new TreeMap<>();
        for (Pair pair : pairs) {
            boolean accepted = accepts(pair);
            all = all.plus(pair.same(), accepted);
            kinds.put(pair.kind(), kinds.getOrDefault(pair.kind(), Counts.NONE).plus(pair.same(), accepted));
        }
        return new Result(
                all, Share.of(all.acceptedSame, all.same), Share.of(all.acceptedDifferent, all.different), kinds);
    }

    private boolean accepts(Pair pair) {
        if (Math.max(pair.a().length(), pair.b().length()) > StreamReplay.LENGTH_MAX) {
            return false;
        }
        VectorIndex<String> stored = new VectorIndex<>(1);
        if (reader.read(pair.a()) instanceof Eligible first) {
            stored.add(pair.a(), first.vector());
        }
        return reader.read(pair.b()) instanceof Eligible second
                && switch (questions.decide(
                        second,
                        stored.nearest(second.vector(), 1, thresholds.candidateMin()),
                        Optional::of,
                        thresholds)) {
                    case Reuse<String> _ -> true;
                    case Undecided<String> _ -> judge.permits(pair.a(), pair.b(), pair.same());
                    case Refuse<String> _ -> false;
                };
    }
}
