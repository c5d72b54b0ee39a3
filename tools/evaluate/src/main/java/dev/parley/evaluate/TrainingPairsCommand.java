package dev.parley.evaluate;

import dev.parley.similar.Eligibility;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.QuestionFeatures;
import dev.parley.similar.QuestionReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes normalised pairs, with which {@code train/cross_encoder.py} trains the cross-encoder of the guard. */
@Command(
        name = "training-pairs",
        description = "Writes normalised pairs, for the training of the cross-encoder.",
        hidden = true)
final class TrainingPairsCommand implements Callable<Integer> {
    private static final int NEIGHBOURS = 8;
    private static final double COSINE_MIN = 0.78;

    @Mixin
    private TrainingFiles files = new TrainingFiles();

    /** A line of the file: 1 if both have the same answer, else 0. */
    record Line(String asked, String stored, int same) {
        static Line of(String asked, String stored, boolean same) {
            return new Line(
                    QuestionFeatures.of(asked).normalised(),
                    QuestionFeatures.of(stored).normalised(),
                    same ? 1 : 0);
        }
    }

    @Override
    public Integer call() throws IOException {
        if (files.none()) {
            throw new IllegalArgumentException("Neither --pairs nor --stream was given.");
        }
        files.checkOut();
        List<Line> lines = new ArrayList<>();
        files.pairs().forEach(pair -> lines.add(Line.of(pair.b(), pair.a(), pair.same())));
        try (OnnxEmbedder embedder = OnnxEmbedder.load()) {
            files.neighbours(
                    new QuestionReader(new Eligibility(List.of()), embedder),
                    NEIGHBOURS,
                    COSINE_MIN,
                    (asked, stored) -> lines.add(
                            Line.of(asked.request().text(), stored.request().text(), asked.hasAnswerOf(stored))));
        }
        new ResultFile(files.out()).write(CsvRows.bytes(Line.class, lines));
        return 0;
    }
}
