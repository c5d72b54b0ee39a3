package dev.parley.similar;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** How well each word of one text is found in another, by the vectors of their pieces. */
final class Alignment {
    private static final boolean[] ALL = {};

    private final List<String> words;
    /** Per word, the mean cosine of its pieces with their best matches. */
    private final double[] best;
    /** Per word, the place of its best match in the other text. */
    private final int[] place;
    /** Per word, higher for rarer ones. */
    private final double[] weight;

    private final double substitute;

    Alignment(Embedding from, Embedding to) {
        this.words = from.pieces().words();
        this.best = new double[words.size()];
        this.place = new int[words.size()];
        this.weight = new double[words.size()];
        this.substitute = substitute(from, to);
        int[] pieces = new int[words.size()];
        for (int piece = 0; piece < from.tokens().length; piece++) {
            int word = from.pieces().wordOf()[piece];
            int match = bestMatch(from.tokens()[piece], to, ALL);
            best[word] += cosine(from, piece, to, match);
            place[word] = match < 0 ? 0 : to.pieces().wordOf()[match];
            // The vocabulary is roughly sorted by frequency, after a thousand special pieces.
            weight[word] = Math.max(
                    weight[word], Math.log(2 + Math.max(0, from.pieces().ids()[piece] - 1000)));
            pieces[word]++;
        }
        Arrays.setAll(best, word -> best[word] / Math.max(1, pieces[word]));
    }

    /** The piece with the highest cosine, -1 if there is none; {@code except} marks pieces that do not count. */
    private static int bestMatch(float[] token, Embedding to, boolean[] except) {
        int found = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < to.tokens().length; i++) {
            if (except.length == 0 || !except[i]) {
                double cosine = QuestionVector.cosine(token, to.tokens()[i]);
                if (cosine > most) {
                    most = cosine;
                    found = i;
                }
            }
        }
        return found;
    }

    private static double cosine(Embedding from, int piece, Embedding to, int match) {
        return match < 0 ? 0 : QuestionVector.cosine(from.tokens()[piece], to.tokens()[match]);
    }

    private static double substitute(Embedding from, Embedding to) {
        Set<String> stems = stems(from);
        Set<String> others = stems(to);
        boolean[] shared = new boolean[to.tokens().length];
        for (int i = 0; i < shared.length; i++) {
            shared[i] = stems.contains(Words.stem(word(to, i)));
        }
        double worst = 1;
        for (int piece = 0; piece < from.tokens().length; piece++) {
            String word = word(from, piece);
            if (WordLists.hasContent(word) && !others.contains(Words.stem(word))) {
                int match = bestMatch(from.tokens()[piece], to, shared);
                worst = Math.min(worst, cosine(from, piece, to, match));
            }
        }
        return worst;
    }

    private static String word(Embedding of, int piece) {
        return of.pieces().words().get(of.pieces().wordOf()[piece]);
    }

    private static Set<String> stems(Embedding of) {
        Set<String> stems = new HashSet<>();
        of.pieces().words().forEach(word -> stems.add(Words.stem(word)));
        return stems;
    }

    int size() {
        return best.length;
    }

    double mean() {
        return Arrays.stream(best).average().orElse(0);
    }

    /** The mean in which rarer words count more. */
    double weightedMean() {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < size(); i++) {
            sum += best[i] * weight[i];
            weights += weight[i];
        }
        return weights == 0 ? 0 : sum / weights;
    }

    double least() {
        return Arrays.stream(best).min().orElse(0);
    }

    double contentLeast() {
        return ofContent().min().orElse(least());
    }

    double contentMean() {
        return ofContent().average().orElse(mean());
    }

    private DoubleStream ofContent() {
        return IntStream.range(0, size())
                .filter(i -> WordLists.hasContent(words.get(i)))
                .mapToDouble(i -> best[i]);
    }

    /** The worst of the best matches between words that only one of the texts has; 1 if there are none. */
    double substitute() {
        return substitute;
    }

    /** The mean of the worst matches, at least of one. */
    double worst(int count) {
        return Arrays.stream(best).sorted().limit(Math.max(1, count)).average().orElse(0);
    }

    /** The share of neighbouring words whose matches are in the opposite order. */
    double crossing() {
        int crossing = 0;
        for (int i = 1; i < size(); i++) {
            crossing += place[i] < place[i - 1] ? 1 : 0;
        }
        return (double) crossing / Math.max(1, size() - 1);
    }
}
