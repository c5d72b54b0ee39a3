package dev.parley.similar;

import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.WordPieces.Pieces;
import java.util.function.Consumer;

/**
 * Estimates whether the answer to one question answers another one, with two models that err differently: trees over what the
 * words of both have in common, and a cross-encoder that reads both texts together. The lower estimate counts. A veto: a high
 * estimate alone is no reason to reuse an answer.
 */
public final class Guard implements AutoCloseable {
    /**
     * The cross-encoder alone trusts pairs too much whose vectors are not near: its log odds are corrected by so much for each
     * hundredth of the cosine above or below {@link #COSINE}.
     */
    private static final double PER_HUNDREDTH = 0.2;

    private static final double COSINE = 0.955;

    private final GuardTrees trees;
    private final CrossEncoder crossEncoder;

    private Guard(GuardTrees trees, CrossEncoder crossEncoder) {
        this.trees = trees;
        this.crossEncoder = crossEncoder;
    }

    /**
     * Loads both models from the class path.
     *
     * @throws ModelUnavailableException if a file is missing or damaged, or the platform has no native library
     */
    public static Guard load() {
        return new Guard(GuardTrees.load(), CrossEncoder.load());
    }

    /**
     * The estimate that the answer to {@code stored} is right and complete for {@code asked}, from 0 to 1. Takes milliseconds of
     * processor time. Neither text is {@linkplain #isTooLong too long}.
     *
     * @param cosine of their vectors
     * @param enough the estimate from which on the answer is reused; the cross-encoder is not asked if the trees estimate less
     * @param steps is told each step that has ended
     */
    double estimate(Eligible asked, Eligible stored, double cosine, double enough, Consumer<LookupStep> steps) {
        double byTrees = trees.score(PairFeatures.of(asked, stored));
        steps.accept(LookupStep.TREES);
        if (byTrees < enough) {
            return byTrees;
        }
        double logOdds = crossEncoder.logOdds(
                        asked.embedding().pieces(), stored.embedding().pieces())
                + PER_HUNDREDTH * 100 * (cosine - COSINE);
        steps.accept(LookupStep.CROSS_ENCODER);
        return Math.min(byTrees, 1 / (1 + Math.exp(-logOdds)));
    }

    /** Whether a text has more than 60 pieces, which the cross-encoder cannot read. */
    static boolean isTooLong(Pieces text) {
        return text.count() > CrossEncoder.PIECES_MAX;
    }

    @Override
    public void close() {
        crossEncoder.close();
    }
}
