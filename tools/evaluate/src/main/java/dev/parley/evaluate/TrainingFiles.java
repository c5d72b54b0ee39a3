package dev.parley.evaluate;

import dev.parley.evaluate.LabelledFile.Pair;
import dev.parley.evaluate.LabelledFile.Request;
import dev.parley.similar.QuestionReader;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.VectorIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the commands that write pairs for a training. */
final class TrainingFiles {
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

    /** A question of the stream that may be answered with the answer to another one, and its place among the distinct ones. */
    record Place(int index, Request request, Eligible eligible) {
        boolean hasAnswerOf(Place other) {
            return request.sameAs().equals(other.request.sameAs());
        }
    }

    @FunctionalInterface
    interface NeighbourHandler {
        void handle(Place asked, Place stored) throws IOException;
    }

    boolean none() {
        return pairs == null && stream == null;
    }

    Path out() {
        return out;
    }

    /** Before the work of minutes. */
    void checkOut() throws IOException {
        List<Path> inputs = new ArrayList<>();
        if (pairs != null) {
            inputs.add(pairs);
        }
        if (stream != null) {
            inputs.add(stream);
        }
        new ResultFile(out).check(inputs);
    }

    /** The pairs of the half; none without a file. */
    List<Pair> pairs() {
        return pairs == null ? List.of() : half.ofPairs(new LabelledFile(pairs).pairs());
    }

    /**
     * Reads the questions of the half in their order, each once.
     *
     * @param most neighbours of a question
     * @param cosineMin of a neighbour
     * @param handler takes each question with each of the nearest before it
     */
    void neighbours(QuestionReader reader, int most, double cosineMin, NeighbourHandler handler) throws IOException {
        List<Request> requests = stream == null ? List.of() : half.of(new LabelledFile(stream).stream());
        List<Request> distinct = List.copyOf(new LinkedHashSet<>(requests));
        VectorIndex<Place> before = new VectorIndex<>(StreamReplay.ENTRIES_MAX);
        for (int i = 0; i < distinct.size(); i++) {
            if (reader.read(distinct.get(i).text()) instanceof Eligible eligible) {
                Place asked = new Place(i, distinct.get(i), eligible);
                for (VectorIndex.Near<Place> near : before.nearest(eligible.vector(), most, cosineMin)) {
                    handler.handle(asked, near.entry());
                }
                before.add(asked, eligible.vector());
            }
        }
    }
}
