package dev.parley.similar;

import dev.parley.similar.ReadQuestion.Eligible;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The numbers from which the trees of the guard judge a pair: how the words of one question are found in the other, by their
 * vectors and by their letters. Symmetric: where the directions differ, both the smaller and the larger value are features.
 */
public final class PairFeatures {
    /** The names, in the order of the values. */
    public static final List<String> NAMES;

    private final List<String> names = new ArrayList<>();
    private final List<Float> values = new ArrayList<>();

    static {
        QuestionFeatures none = QuestionFeatures.of("a");
        Embedding nothing = new Embedding(
                new WordPieces.Pieces(List.of(), new int[0], new int[0]), new float[] {1}, new float[0][]);
        PairFeatures features = new PairFeatures();
        Eligible empty = new Eligible(none, nothing, QuestionVector.of(nothing));
        features.measure(empty, empty);
        NAMES = List.copyOf(features.names);
    }

    private PairFeatures() {}

    public static float[] of(Eligible a, Eligible b) {
        PairFeatures features = new PairFeatures();
        features.measure(a, b);
        float[] values = new float[features.values.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = features.values.get(i);
        }
        return values;
    }

    private void measure(Eligible a, Eligible b) {
        add(
                "cosine",
                QuestionVector.cosine(a.embedding().sentence(), b.embedding().sentence()));
        vectors(a.embedding(), b.embedding());
        overlaps(a.question(), b.question());
        cues(a.question(), b.question());
    }

    private void vectors(Embedding a, Embedding b) {
        Alignment ab = new Alignment(a, b);
        Alignment ba = new Alignment(b, a);
        both("mean", ab.mean(), ba.mean());
        both("weighted", ab.weightedMean(), ba.weightedMean());
        both("least", ab.least(), ba.least());
        both("content_least", ab.contentLeast(), ba.contentLeast());
        both("content_mean", ab.contentMean(), ba.contentMean());
        both("substitute", ab.substitute(), ba.substitute());
        both("crossing", ab.crossing(), ba.crossing());
        add("worst_two", (ab.worst(2) + ba.worst(2)) / 2);
        add("worst_quarter", (ab.worst(ab.size() / 4) + ba.worst(ba.size() / 4)) / 2);
    }

    private void overlaps(QuestionFeatures a, QuestionFeatures b) {
        Set<String> contentA = Set.copyOf(a.content());
        Set<String> contentB = Set.copyOf(b.content());
        Set<String> onlyA = LexicalVeto.without(contentA, contentB);
        Set<String> onlyB = LexicalVeto.without(contentB, contentA);
        int common = contentA.size() - onlyA.size();
        add("stems", LexicalVeto.overlap(a.stems(), b.stems()));
        add("content", LexicalVeto.overlap(contentA, contentB));
        both("contained", share(common, contentA.size()), share(common, contentB.size()));
        both("unmatched", onlyA.size(), onlyB.size());
        both("unmatched_letters", letters(onlyA), letters(onlyB));
        add("spelling", closestSpelling(onlyA, onlyB));
        add("trigrams", trigrams(a.normalised(), b.normalised()));
        both("words", a.words().size(), b.words().size());
        both("content_words", contentA.size(), contentB.size());
        add("edits", edits(a.words(), b.words()));
        add("same_stems", a.stems().equals(b.stems()));
        add("same_order", a.content().equals(b.content()));
        add("same_active", a.activeContent().equals(b.activeContent()));
        add("inversions", inversions(a.content(), b.content()));
        add("same_first", haveSameFirst(a.content(), b.content()));
        add("same_last", haveSameFirst(a.content().reversed(), b.content().reversed()));
        add("names", LexicalVeto.overlap(a.names(), b.names()));
    }

    private void cues(QuestionFeatures a, QuestionFeatures b) {
        QuestionFeatures.Cues here = a.cues();
        QuestionFeatures.Cues there = b.cues();
        add("question_word", here.questionWord().equals(there.questionWord()));
        add(
                "no_question_word",
                here.questionWord().isEmpty() || there.questionWord().isEmpty());
        add("past", here.past() == there.past());
        add("future", here.future() == there.future());
        add("passive", a.passive() == b.passive());
        add("changing", LexicalVeto.overlap(here.changing(), there.changing()));
        add("modals", LexicalVeto.overlap(here.modals(), there.modals()));
        add("quantities", LexicalVeto.overlap(here.quantities(), there.quantities()));
        add("directions", LexicalVeto.overlap(here.directions(), there.directions()));
        add("persons", LexicalVeto.overlap(here.persons(), there.persons()));
        add("conjunctions", LexicalVeto.overlap(here.conjunctions(), there.conjunctions()));
        add("negations", Math.abs(a.negations() - b.negations()));
        add("with_numbers", !a.numbers().isEmpty() || !b.numbers().isEmpty());
    }

    private void add(String name, double value) {
        names.add(name);
        values.add((float) value);
    }

    private void add(String name, boolean value) {
        add(name, value ? 1 : 0);
    }

    private void both(String name, double ofA, double ofB) {
        add(name + "_low", Math.min(ofA, ofB));
        add(name + "_high", Math.max(ofA, ofB));
    }

    private static boolean haveSameFirst(List<String> a, List<String> b) {
        return !a.isEmpty() && !b.isEmpty() && a.getFirst().equals(b.getFirst());
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 1 : (double) part / whole;
    }

    private static double letters(Set<String> words) {
        return words.stream().mapToInt(String::length).sum();
    }

    /** How alike the two most alike words are that only one side has: near 1 for a typing error, 0 without such words. */
    private static double closestSpelling(Set<String> onlyA, Set<String> onlyB) {
        return onlyA.stream()
                .flatMapToDouble(word -> onlyB.stream().mapToDouble(other -> trigrams(word, other)))
                .max()
                .orElse(0);
    }

    /** The Dice coefficient of the trigrams of two texts. */
    private static double trigrams(String a, String b) {
        Map<String, Integer> counts = new HashMap<>();
        String here = " " + a + " ";
        String there = " " + b + " ";
        for (int i = 0; i + 3 <= here.length(); i++) {
            counts.merge(here.substring(i, i + 3), 1, Integer::sum);
        }
        int common = 0;
        for (int i = 0; i + 3 <= there.length(); i++) {
            if (counts.merge(there.substring(i, i + 3), -1, Integer::sum) >= 0) {
                common++;
            }
        }
        return 2.0 * common / Math.max(1, here.length() + there.length() - 4);
    }

    /** The edit distance in words, relative to the longer text. */
    private static double edits(List<String> a, List<String> b) {
        int[] row = new int[b.size() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.size(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int k = 1; k <= b.size(); k++) {
                int replaced = diagonal + (a.get(i - 1).equals(b.get(k - 1)) ? 0 : 1);
                diagonal = row[k];
                row[k] = Math.min(replaced, Math.min(row[k], row[k - 1]) + 1);
            }
        }
        return share(row[b.size()], Math.max(1, Math.max(a.size(), b.size())));
    }

    /** The share of common words that are in the opposite order. */
    private static double inversions(List<String> a, List<String> b) {
        Set<String> common = new HashSet<>(a);
        common.retainAll(b);
        List<Integer> places =
                a.stream().filter(common::contains).map(b::indexOf).toList();
        int inverted = 0;
        for (int i = 0; i < places.size(); i++) {
            for (int later : places.subList(i + 1, places.size())) {
                inverted += later < places.get(i) ? 1 : 0;
            }
        }
        return share(inverted, Math.max(1, places.size() * (places.size() - 1) / 2));
    }
}
