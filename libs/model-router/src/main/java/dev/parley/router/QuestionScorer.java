package dev.parley.router;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The score of a question: how much quality a stronger model is expected to add to the answer, about 0 to 1. Made by
 * {@code tools/evaluate/train/train_router.py}. Takes less than 100 µs for a question of usual length.
 */
public final class QuestionScorer {
    private final Lexicon lexicon;
    private final Trees trees = new Trees();
    private double base;
    private double lengthWeight;
    private double lengthHalf;

    private QuestionScorer(List<Set<String>> groups, List<String> weights) {
        Map<String, Integer> words = new HashMap<>();
        for (String line : weights) {
            List<String> parts = List.of(line.split(" ", -1));
            switch (parts.getFirst()) {
                case "#" -> {
                    // A comment.
                }
                case "base" -> base = Double.parseDouble(parts.get(1));
                case "length" -> {
                    lengthWeight = Double.parseDouble(parts.get(1));
                    lengthHalf = Double.parseDouble(parts.get(2));
                }
                case "word" -> words.put(parts.get(1), Integer.parseInt(parts.get(2)));
                case "tree" -> trees.add(parts.subList(1, parts.size()));
                default -> throw new IllegalArgumentException("unknown weight: " + line);
            }
        }
        this.lexicon = new Lexicon(groups, words);
    }

    public static QuestionScorer shipped() {
        List<Set<String>> groups = lines("word-groups.txt").stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> Set.of(line.substring(line.indexOf(':') + 2).split(" ", -1)))
                .toList();
        return new QuestionScorer(groups, lines("router-weights.txt"));
    }

    public double score(String question) {
        double[] features = features(question);
        double characters = features[0];
        return base + lengthWeight * (characters / (characters + lengthHalf)) + trees.sum(features);
    }

    double[] features(String question) {
        return TextFeatures.of(question, lexicon);
    }

    static List<String> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(QuestionScorer.class.getResourceAsStream(resource), resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            return reader.readAllLines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
