package dev.parley.simulator.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers of known quality, and a judge of known reliability. Each question has one right result, a number of six digits. An
 * answer ends with it, or with another number if the model errs, which depends on the model, the difficulty of the question and
 * the seed alone.
 *
 * @param curves by the beginnings of the models' names; other models do not err
 * @param judgeError the probability that a judgement is one of the two false ones
 */
public record Grading(Map<String, DifficultyCurve> curves, double judgeError, long seed) {
    /** Answers without results, and no judge. */
    public static final Grading NONE = new Grading(Map.of(), 0, 1);

    /** A question of so many words has the difficulty 1. */
    private static final int WORDS_MAX = 100;

    private static final int RESULTS_MIN = 100_000;
    private static final int RESULTS = 900_000;
    private static final Pattern COMPARISON = Pattern.compile(
            "<question>(.*)</question>.*<answer_1>(.*)</answer_1>.*<answer_2>(.*)</answer_2>", Pattern.DOTALL);

    public Grading {
        if (!(judgeError >= 0 && judgeError <= 1)) {
            throw new IllegalArgumentException("the error of the judge is a number from 0 to 1");
        }
    }

    /**
     * Reads curves such as {@code claude-haiku=0:1 1:0.2; claude-sonnet=0:1 1:0.9}.
     *
     * @throws IllegalArgumentException if they are none
     */
    public static Map<String, DifficultyCurve> parseCurves(String text) {
        Map<String, DifficultyCurve> curves = new LinkedHashMap<>();
        Arrays.stream(text.split(";", -1))
                .filter(curve -> !curve.isBlank())
                .map(curve -> curve.split("=", -1))
                .forEach(curve -> {
                    if (curve.length != 2) {
                        throw new IllegalArgumentException("a curve is MODEL=POINTS");
                    }
                    curves.put(curve[0].strip(), DifficultyCurve.parse(curve[1]));
                });
        return curves;
    }

    /** The difficulty of a question: a hundredth of its words, at most 1. */
    static double difficulty(String question) {
        return Math.min(1, (double) normal(question).split(" ", -1).length / WORDS_MAX);
    }

    /** The last paragraph of a model's answer; empty without curves. */
    Optional<String> result(String model, String question) {
        if (curves.isEmpty()) {
            return Optional.empty();
        }
        double right = curves.entrySet().stream()
                .filter(curve -> model.startsWith(curve.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(DifficultyCurve.ALWAYS_RIGHT)
                .right(difficulty(question));
        SplittableRandom draw = draw(model, question);
        int result = draw.nextDouble() < right ? rightResult(question) : RESULTS_MIN + draw.nextInt(RESULTS);
        return Optional.of("The result is " + result + ".");
    }

    /** The judgement of a prompt that compares two answers to a question; empty for another prompt, and without curves. */
    Optional<String> judgement(String prompt) {
        Matcher comparison = COMPARISON.matcher(prompt);
        if (curves.isEmpty() || !comparison.find()) {
            return Optional.empty();
        }
        String right = Integer.toString(rightResult(comparison.group(1)));
        boolean first = comparison.group(2).contains(right);
        boolean second = comparison.group(3).contains(right);
        int verdict = first == second ? 0 : first ? 1 : 2;
        SplittableRandom draw = draw("judge", prompt);
        int given = draw.nextDouble() < judgeError ? (verdict + 1 + draw.nextInt(2)) % 3 : verdict;
        return Optional.of("{\"better\":\"" + (given == 0 ? "neither" : Integer.toString(given)) + "\"}");
    }

    private int rightResult(String question) {
        return RESULTS_MIN + draw("result", question).nextInt(RESULTS);
    }

    private SplittableRandom draw(String purpose, String text) {
        byte[] name = (purpose + "\n" + normal(text)).getBytes(UTF_8);
        return new SplittableRandom(seed ^ UUID.nameUUIDFromBytes(name).getMostSignificantBits());
    }

    private static String normal(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
