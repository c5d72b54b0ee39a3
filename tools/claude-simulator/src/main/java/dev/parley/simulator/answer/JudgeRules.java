package dev.parley.simulator.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The ground truth of a simulated judge. Two questions have the same answer if a group contains both, or if they have the same
 * words. Case, punctuation, order, a plural's {@code s} and function words do not count.
 *
 * @param same groups of questions with the same answer
 * @param errorRate the share of pairs for which the verdict is the wrong one, from 0 to 1; always the same pairs
 */
public record JudgeRules(List<List<String>> same, double errorRate) {
    public static final JudgeRules DEFAULT = new JudgeRules(List.of(), 0);

    private static final Set<String> FUNCTION_WORDS = Set.of(
            "a", "an", "the", "i", "we", "you", "my", "our", "your", "me", "us", "is", "are", "do", "does", "can",
            "could", "should", "would", "will", "may", "must", "have", "has", "to", "of", "for", "in", "on", "at", "it",
            "this", "that", "how", "what", "please", "hi", "hello", "thanks", "thank", "tell", "there", "way", "if",
            "be", "go", "about");

    public JudgeRules {
        if (!(errorRate >= 0 && errorRate <= 1)) {
            throw new IllegalArgumentException("error_rate must be from 0 to 1");
        }
    }

    /** The verdict on a pair of questions. */
    public boolean permits(String stored, String asked) {
        Set<String> here = words(stored);
        Set<String> there = words(asked);
        boolean right = here.equals(there)
                || same.stream()
                        .map(group -> group.stream().map(JudgeRules::words).toList())
                        .anyMatch(group -> group.contains(here) && group.contains(there));
        return right != errs(here, there);
    }

    private boolean errs(Set<String> here, Set<String> there) {
        CRC32 checksum = new CRC32();
        checksum.update((here + "|" + there).getBytes(UTF_8));
        return (double) checksum.getValue() / (1L << Integer.SIZE) < errorRate;
    }

    private static Set<String> words(String question) {
        Stream<String> words = Arrays.stream(question.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"));
        return words.filter(word -> !word.isEmpty() && !FUNCTION_WORDS.contains(word))
                .map(word -> word.length() > 3 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
