package dev.parley.router;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words with a meaning for the score: the groups of {@code word-groups.txt}, and learned weights. */
final class Lexicon {
    /** The groups of which only the first word of a question counts. */
    private static final int FIRST_WORD_GROUPS = 4;

    private final List<Set<String>> groups;
    private final Map<String, Integer> weights;

    Lexicon(List<Set<String>> groups, Map<String, Integer> weights) {
        this.groups = List.copyOf(groups);
        this.weights = new HashMap<>(weights);
    }

    /** How many of the words each group has. */
    int[] groupCounts(List<String> terms) {
        int[] counts = new int[groups.size()];
        for (int i = 0; i < counts.length; i++) {
            Set<String> group = groups.get(i);
            List<String> counted = i < FIRST_WORD_GROUPS ? terms.subList(0, Math.min(1, terms.size())) : terms;
            counts[i] = (int) counted.stream().filter(group::contains).count();
        }
        return counts;
    }

    /** The sum of the weights. */
    int sum(Set<String> distinct) {
        return distinct.stream().mapToInt(term -> weights.getOrDefault(term, 0)).sum();
    }
}
