package dev.parley.evaluate;

import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.evaluate.LabelledFile.Request;
import dev.parley.similar.Asked.Eligible;
import dev.parley.similar.Eligibility;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.Question;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.VectorIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.dataformat.csv.CsvMapper;

/** Writes normalised pairs, with which {@code train/cross_encoder.py} trains the cross-encoder of the guard. */
@Command(
        name = "training-pairs",
        description = "Writes normalised pairs, for the training of the cross-encoder.",
        hidden = true)
final class TrainingPairsCommand implements Callable<Integer> {
    private static final int NEIGHBOURS = 8;
    private static final double COSINE_MIN = 0.78;

    @Option(names = "--pairs", paramLabel = "FILE", description = "The pairs; the second question is asked.")
    private @Nullable Path pairs;

    @Option(
            names = "--stream",
            paramLabel = "FILE",
            description = "The questions, each paired with its neighbours before it.")
    private @Nullable Path stream;

    @Option(names = "--half", defaultValue = "all")
    private Half half = Half.all;

    @Option(names = "--out", paramLabel = "OUT", required = true)
    private Path out = Path.of("pairs.csv");

    /** A line of the file: 1 if both have the same answer, else 0. */
    record Line(String asked, String stored, int same) {
        static Line of(String asked, String stored, boolean same) {
            return new Line(Question.of(asked).normalised(), Question.of(stored).normalised(), same ? 1 : 0);
        }
    }

    @Override
    public Integer call() {
        if (pairs == null && stream == null) {
            System.err.println("Neither --pairs nor --stream was given.");
            return 2;
        }
        Stream<Line> ofPairs = pairs == null
                ? Stream.of()
                : half.ofPairs(new LabelledFile(pairs).pairs()).stream().map(TrainingPairsCommand::line);
        List<Line> ofStream = stream == null ? List.of() : neighbours(half.of(new LabelledFile(stream).stream()));
        CsvMapper mapper = new CsvMapper();
        mapper.writer(mapper.schemaFor(Line.class).withHeader())
                .writeValue(out, Stream.concat(ofPairs, ofStream.stream()).toList());
        return 0;
    }

    private static Line line(Pair pair) {
        return Line.of(pair.b(), pair.a(), pair.same());
    }

    private static List<Line> neighbours(List<Request> requests) {
        List<Line> lines = new ArrayList<>();
        VectorIndex<Request> before = new VectorIndex<>(StreamReplay.ENTRIES_MAX);
        try (OnnxEmbedder embedder = OnnxEmbedder.load()) {
            QuestionReader reader = new QuestionReader(new Eligibility(List.of()), embedder);
            for (Request asked : new LinkedHashSet<>(requests)) {
                if (reader.read(asked.text()) instanceof Eligible eligible) {
                    before.nearest(eligible.vector(), NEIGHBOURS, COSINE_MIN).forEach(near -> {
                        Request stored = near.entry();
                        lines.add(Line.of(
                                asked.text(), stored.text(), asked.sameAs().equals(stored.sameAs())));
                    });
                    before.add(asked, eligible.vector());
                }
            }
        }
        return lines;
    }
}
