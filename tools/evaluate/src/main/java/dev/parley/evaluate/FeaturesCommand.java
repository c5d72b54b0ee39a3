package dev.parley.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.evaluate.LabelledFile.Request;
import dev.parley.similar.Asked.Eligible;
import dev.parley.similar.Eligibility;
import dev.parley.similar.LexicalVeto;
import dev.parley.similar.OnnxEmbedder;
import dev.parley.similar.PairFeatures;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.VectorIndex;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the features of pairs, from which {@code train/guard.py} trains the trees of the guard. */
@Command(name = "features", description = "Writes the features of pairs, for the training of the guard.", hidden = true)
final class FeaturesCommand implements Callable<Integer> {
    private static final int NEIGHBOURS = 6;
    private static final double COSINE_MIN = 0.72;

    @Option(names = "--pairs", paramLabel = "FILE", description = "The pairs.")
    private @Nullable Path pairs;

    @Option(
            names = "--stream",
            paramLabel = "FILE",
            description = "The questions, each paired with its neighbours before it.")
    private @Nullable Path stream;

    @Option(names = "--half", defaultValue = "all")
    private Half half = Half.all;

    @Option(names = "--out", paramLabel = "OUT", required = true)
    private Path out = Path.of("features.csv");

    @Override
    public Integer call() throws IOException {
        try (OnnxEmbedder embedder = OnnxEmbedder.load();
                PrintWriter lines = new PrintWriter(Files.newBufferedWriter(out, UTF_8))) {
            QuestionReader reader = new QuestionReader(new Eligibility(List.of()), embedder);
            lines.println("a,b,same,kind,differences," + String.join(",", PairFeatures.NAMES));
            if (pairs != null) {
                List<Pair> all = half.ofPairs(new LabelledFile(pairs).pairs());
                for (int i = 0; i < all.size(); i++) {
                    Pair pair = all.get(i);
                    write(
                            lines,
                            i,
                            i,
                            pair.same(),
                            pair.kind(),
                            // As in PairComparison, the second question is asked when the first is stored.
                            eligible(reader, pair.b()),
                            eligible(reader, pair.a()));
                }
            }
            if (stream != null) {
                writeNeighbours(lines, reader, half.of(new LabelledFile(stream).stream()));
            }
        }
        return 0;
    }

    private static Optional<Eligible> eligible(QuestionReader reader, String text) {
        return reader.read(text) instanceof Eligible eligible ? Optional.of(eligible) : Optional.empty();
    }

    /** A stored question. */
    private record Place(int index, Request request, Eligible eligible) {}

    private static void writeNeighbours(PrintWriter lines, QuestionReader reader, List<Request> requests) {
        List<Request> distinct = List.copyOf(new LinkedHashSet<>(requests));
        VectorIndex<Place> before = new VectorIndex<>(StreamReplay.ENTRIES_MAX);
        for (int i = 0; i < distinct.size(); i++) {
            Request request = distinct.get(i);
            int index = i;
            eligible(reader, request.text()).ifPresent(eligible -> {
                before.nearest(eligible.vector(), NEIGHBOURS, COSINE_MIN).forEach(near -> {
                    Place place = near.entry();
                    boolean same = place.request().sameAs().equals(request.sameAs());
                    write(lines, index, place.index(), same, "", Optional.of(eligible), Optional.of(place.eligible()));
                });
                before.add(new Place(index, request, eligible), eligible.vector());
            });
        }
    }

    /** Nothing for a pair of which a question is not eligible. */
    private static void write(
            PrintWriter lines,
            int a,
            int b,
            boolean same,
            String kind,
            Optional<Eligible> asked,
            Optional<Eligible> stored) {
        if (asked.isEmpty() || stored.isEmpty()) {
            return;
        }
        float[] features = PairFeatures.of(asked.get(), stored.get());
        StringBuilder line = new StringBuilder();
        line.append(a)
                .append(',')
                .append(b)
                .append(',')
                .append(same ? 1 : 0)
                .append(',')
                .append(kind)
                .append(',');
        LexicalVeto.of(asked.get().question(), stored.get().question())
                .forEach(difference -> line.append(difference).append(' '));
        for (float feature : features) {
            line.append(',').append(feature);
        }
        lines.println(line);
    }
}
