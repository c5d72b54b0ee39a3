package dev.parley.experiment.calibration;

import dev.parley.router.Calibration;
import dev.parley.router.ModelPair;
import dev.parley.router.RoutingTarget;
import dev.parley.similar.Share;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Fits a calibration to one half of the judged questions, and measures it on the other. */
public final class CalibrationFit {
    private static final int POINTS = 50;
    private static final long SEED = 7;

    /** A half has at least a third of the questions: a long conversation is in one of them as a whole. */
    private static final int SMALLER_HALF_DIVISOR = 3;

    /** Neighbouring questions with the same probability. */
    private record Block(double sufficient, int count) {
        double probability() {
            return sufficient / count;
        }

        Block with(Block next) {
            return new Block(sufficient + next.sufficient, count + next.count);
        }
    }

    /**
     * What the threshold of a target does on the questions that it was not fitted to.
     *
     * @param strongShare the share of questions for the stronger model
     * @param qualityLoss the share of questions that the cheaper model answers, and worse
     * @param savedUsd what the router saves per question against the stronger model alone, in US dollars; empty if unknown
     */
    public record Report(double strongShare, Share qualityLoss, OptionalDouble savedUsd) {
        public String sentence() {
            return "On the other half: %.1f %% of the questions for the stronger model, quality loss %.2f %% (95 %%: %.2f to %.2f %%)"
                            .formatted(
                                    100 * strongShare,
                                    100 * qualityLoss.value(),
                                    100 * qualityLoss.low(),
                                    100 * qualityLoss.high())
                    + (savedUsd.isPresent()
                            ? ", saved USD %.4f per 1,000 requests".formatted(1000 * savedUsd.getAsDouble())
                            : "");
        }
    }

    private final ModelPair pair;
    private final List<JudgedQuestion> fitted;
    private final List<JudgedQuestion> held;

    /**
     * Divides the questions, at least {@value Calibration#QUESTIONS_MIN}, at random, but equally for equal ones. Those of a
     * conversation stay together, because they are alike: what was fitted to one would be measured on another.
     */
    public CalibrationFit(ModelPair pair, List<JudgedQuestion> questions) {
        if (questions.size() < Calibration.QUESTIONS_MIN) {
            throw new IllegalArgumentException(
                    "a calibration needs " + Calibration.QUESTIONS_MIN + " judged questions, not " + questions.size());
        }
        List<List<JudgedQuestion>> conversations = new ArrayList<>(questions.stream()
                .collect(Collectors.groupingBy(JudgedQuestion::conversation, LinkedHashMap::new, Collectors.toList()))
                .values());
        Collections.shuffle(conversations, new Random(SEED));
        // Long ones first, so that the short ones even the halves out.
        conversations.sort(Comparator.comparingInt((List<JudgedQuestion> one) -> one.size())
                .reversed());
        List<JudgedQuestion> first = new ArrayList<>();
        List<JudgedQuestion> second = new ArrayList<>();
        for (List<JudgedQuestion> conversation : conversations) {
            (first.size() <= second.size() ? first : second).addAll(conversation);
        }
        if (Math.min(first.size(), second.size()) < questions.size() / SMALLER_HALF_DIVISOR) {
            throw new IllegalArgumentException("most of the judged questions are of one conversation");
        }
        this.pair = pair;
        this.fitted = first.stream()
                .sorted(Comparator.comparingDouble(JudgedQuestion::score))
                .toList();
        this.held = second;
    }

    /** The calibration of the first half. It counts the questions of both. */
    public Calibration calibration() {
        double[] probabilities = probabilities();
        List<Calibration.Point> points = new ArrayList<>();
        for (int i = 1; i <= POINTS; i++) {
            int last = i * fitted.size() / POINTS - 1;
            double score = fitted.get(last).score();
            if (points.isEmpty() || points.getLast().score() < score) {
                points.add(new Calibration.Point(
                        score,
                        probabilities[last],
                        strongShare(fitted, score),
                        qualityLoss(fitted, score).value()));
            }
        }
        return new Calibration(Optional.of(pair), fitted.size() + (long) held.size(), points);
    }

    /**
     * The probabilities of the ascending scores: the nearest ones that do not ascend (isotonic regression), and are the same for
     * equal scores.
     */
    private double[] probabilities() {
        Deque<Block> blocks = new ArrayDeque<>();
        for (List<JudgedQuestion> equal : fitted.stream()
                .collect(Collectors.groupingBy(JudgedQuestion::score, LinkedHashMap::new, Collectors.toList()))
                .values()) {
            Block block =
                    new Block(equal.stream().filter(JudgedQuestion::sufficient).count(), equal.size());
            while (!blocks.isEmpty() && blocks.getLast().probability() <= block.probability()) {
                block = blocks.removeLast().with(block);
            }
            blocks.add(block);
        }
        return blocks.stream()
                .flatMapToDouble(block -> IntStream.range(0, block.count()).mapToDouble(_ -> block.probability()))
                .toArray();
    }

    /** The result on the second half. */
    public Report report(Calibration calibration, RoutingTarget target) {
        double threshold = calibration.threshold(target).orElse(Double.NEGATIVE_INFINITY);
        return new Report(strongShare(held, threshold), qualityLoss(held, threshold), savedUsd(threshold));
    }

    private OptionalDouble savedUsd(double threshold) {
        return held.stream().allMatch(one -> one.savedUsd().isPresent())
                ? held.stream()
                        .mapToDouble(one ->
                                one.score() > threshold ? 0 : one.savedUsd().getAsDouble())
                        .average()
                : OptionalDouble.empty();
    }

    private static double strongShare(List<JudgedQuestion> questions, double threshold) {
        return share(questions, one -> one.score() > threshold).value();
    }

    private static Share qualityLoss(List<JudgedQuestion> questions, double threshold) {
        return share(questions, one -> one.score() <= threshold && !one.sufficient());
    }

    private static Share share(List<JudgedQuestion> questions, Predicate<JudgedQuestion> predicate) {
        return Share.of(questions.stream().filter(predicate).count(), questions.size());
    }
}
