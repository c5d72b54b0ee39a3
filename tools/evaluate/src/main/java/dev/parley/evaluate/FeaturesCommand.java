package dev.parley.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.similar.Eligibility;
import dev.parley.similar.LexicalVeto;
import dev.parley.similar.LexicalVeto.Difference;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.PairFeatures;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.ReadQuestion.Eligible;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Writes the features of pairs, from which {@code train/guard.py} trains the trees of the guard. */
@Command(name = "features", description = "Writes the features of pairs, for the training of the guard.", hidden = true)
final class FeaturesCommand implements Callable<Integer> {
    private static final int NEIGHBOURS = 6;
    private static final double COSINE_MIN = 0.72;

    @Mixin
    private TrainingFiles files = new TrainingFiles();

    @Override
    public Integer call() throws IOException {
        files.checkOut();
        List<Pair> pairs = files.pairs();
        try (OnnxEmbedder embedder = OnnxEmbedder.load();
                BufferedWriter lines = Files.newBufferedWriter(files.out(), UTF_8)) {
            QuestionReader reader = new QuestionReader(new Eligibility(List.of()), embedder);
            lines.write("a,b,same,kind,differences," + String.join(",", PairFeatures.NAMES));
            lines.newLine();
            for (int i = 0; i < pairs.size(); i++) {
                Pair pair = pairs.get(i);
                // As in PairComparison, the second question is asked when the first is stored.
                if (reader.read(pair.b()) instanceof Eligible asked
                        && reader.read(pair.a()) instanceof Eligible stored) {
                    write(lines, i, i, pair.same(), pair.kind(), asked, stored);
                }
            }
            files.neighbours(
                    reader,
                    NEIGHBOURS,
                    COSINE_MIN,
                    (asked, stored) -> write(
                            lines,
                            asked.index(),
                            stored.index(),
                            asked.hasAnswerOf(stored),
                            "",
                            asked.eligible(),
                            stored.eligible()));
        }
        return 0;
    }

    private static void write(
            BufferedWriter lines, int a, int b, boolean same, String kind, Eligible asked, Eligible stored)
            throws IOException {
        String differences = LexicalVeto.of(asked.question(), stored.question()).stream()
                .map(Difference::name)
                .collect(joining(" "));
        StringBuilder line = new StringBuilder("%s,%s,%s,%s,%s".formatted(a, b, same ? 1 : 0, kind, differences));
        for (float feature : PairFeatures.of(asked, stored)) {
            line.append(',').append(feature);
        }
        lines.append(line);
        lines.newLine();
    }
}
