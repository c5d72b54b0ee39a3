package dev.parley.experiment.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.experiment.trial.PastTurn;
import dev.parley.experiment.trial.Target;
import dev.parley.experiment.trial.Trial;
import dev.parley.replay.DeletedConversations;
import dev.parley.replay.kafka.TopicReader;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The turns on {@code chat.turns} that an experiment asks again: a random sample, which is the same whenever it is taken.
 *
 * @param since turns from this time on
 */
public record PastTurns(TopicReader reader, Instant since, TurnFilter filter, Target target) {
    /** The most turns of a sample. With the bound of their size, they take half a gigabyte at most. */
    public static final int SAMPLE_MAX = 5000;

    static final int RECORD_BYTES_MAX = 64 * 1024;

    /**
     * A sample.
     *
     * @param candidates at most as many as wanted, in the order of the draw
     * @param answered the turns that pass the filter
     * @param prefilled those of them that are left out because their requests end with the beginning of the answer
     * @param eligible those of the others that the target has a model for
     */
    public record Sample(List<Trial> candidates, long answered, long prefilled, long eligible) {}

    /**
     * Draws a sample. Turns of deleted conversations, turns larger than 64 KiB and answers that Claude did not complete are left
     * out.
     *
     * @param experiment its name decides the draw
     * @param done turns that the experiment has asked before, which are left out
     */
    public Sample sample(String experiment, int size, Set<GenerationId> done) throws IOException {
        Optional<Instant> from = Optional.of(since);
        Draw draw = new Draw(experiment, size, done);
        read(reader, from, DeletedConversations.read(reader, Topics.TURNS.name(), from), draw::add);
        return new Sample(List.copyOf(draw.drawn.values()), draw.answered, draw.prefilled, draw.eligible);
    }

    /** Reads the turns from a time on that can be asked again. */
    static void read(
            TopicReader reader, Optional<Instant> from, DeletedConversations deleted, Consumer<PastTurn> handler)
            throws IOException {
        reader.readAll(Topics.TURNS.name(), from, record -> {
            if (!deleted.includes(record)) {
                turn(record.headers(), record.value(), RECORD_BYTES_MAX).ifPresent(handler);
            }
        });
    }

    /** The random number of a turn, by which a sample is drawn. */
    static UUID number(String experiment, GenerationId generation) {
        return UUID.nameUUIDFromBytes((experiment + generation.value()).getBytes(UTF_8));
    }

    /** Keeps the turns with the lowest random numbers, which follow from the names of experiment and turn. */
    private final class Draw {
        private final String experiment;
        private final int size;
        private final Set<GenerationId> done;
        private final TreeMap<UUID, Trial> drawn = new TreeMap<>();
        private long answered;
        private long prefilled;
        private long eligible;

        Draw(String experiment, int size, Set<GenerationId> done) {
            this.experiment = experiment;
            this.size = size;
            this.done = done;
        }

        void add(PastTurn turn) {
            if (!filter.accepts(turn)) {
                return;
            }
            answered++;
            if (turn.isPrefilled()) {
                prefilled++;
            } else {
                target.modelFor(turn).ifPresent(model -> add(new Trial.AskedAgain(turn, model)));
            }
        }

        private void add(Trial candidate) {
            eligible++;
            GenerationId generation = candidate.turn().facts().generation();
            if (!done.contains(generation)) {
                drawn.put(number(experiment, generation), candidate);
                if (drawn.size() > size) {
                    drawn.pollLastEntry();
                }
            }
        }
    }

    /** The turn of a record, if it can be asked again and is not larger. */
    static Optional<PastTurn> turn(Headers headers, byte @Nullable [] value, int bytesMax) {
        if (!new EventHeaders(headers).isOf(TurnCodec.CHAT_COMPLETED) || value == null || value.length > bytesMax) {
            return Optional.empty();
        }
        try {
            Turn turn = TurnCodec.decode(headers, value);
            return turn instanceof ChatCompleted answer ? PastTurn.of(answer) : Optional.empty();
        } catch (MalformedEventException e) {
            // An export of chat.turns shows it with its error.
            return Optional.empty();
        }
    }
}
