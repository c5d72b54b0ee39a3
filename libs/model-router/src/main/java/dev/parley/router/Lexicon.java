package dev.parley.router;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words with a meaning for the score: the groups of {@code word-groups.txt}, and learned weights. */
final class Lexicon {
    /** The groups of which only the first word of a question counts. */
    private static final int FIRST_WORD_GROUPS = 4;

    private static final int FIRST_WORD_MASK = (1 << FIRST_WORD_GROUPS) - 1;

    /** A word, with its groups as bits. */
    private record Entry(int groups, int weight) {}

    /**
     * What the words of a question mean.
     *
     * @param groupCounts how many of them each group has
     * @param distinct the number of different words
     * @param weight the sum of the weights of different words
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Meaning(int[] groupCounts, int distinct, int weight) {}

    private final Map<String, Entry> words = new HashMap<>();
    private final int groups;

    Lexicon(List<Set<String>> groups, Map<String, Integer> weights) {
        this.groups = groups.size();
        weights.forEach((word, weight) -> words.put(word, new Entry(0, weight)));
        for (int i = 0; i < groups.size(); i++) {
            int bit = 1 << i;
            groups.get(i)
                    .forEach(word -> words.merge(
                            word, new Entry(bit, 0), (known, _) -> new Entry(known.groups | bit, known.weight)));
        }
    }

    /** Looks each word up once. */
    Meaning meaning(List<String> terms) {
        int[] counts = new int[groups];
        Set<String> distinct = HashSet.newHashSet(terms.size());
        int weight = 0;
        for (int i = 0; i < terms.size(); i++) {
            Entry entry = words.get(terms.get(i));
            boolean isNew = distinct.add(terms.get(i));
            if (entry != null) {
                count(i == 0 ? entry.groups : entry.groups & ~FIRST_WORD_MASK, counts);
                weight += isNew ? entry.weight : 0;
            }
        }
        return new Meaning(counts, distinct.size(), weight);
    }

    private static void count(int groups, int[] counts) {
        for (int left = groups; left != 0; left &= left - 1) {
            counts[Integer.numberOfTrailingZeros(left)]++;
        }
    }
}
