package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.inference.generation.calls.Claude;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A fake of Claude with scripted answers, used in order; the last answer is repeated. The chunks of an answer are available
 * immediately, then the stream ends.
 */
final class ScriptedClaude implements Claude {
    /** A part of an answer. */
    interface Piece {
        void passTo(AnswerReader reader);
    }

    private final Deque<CompletableFuture<Response>> responses = new ArrayDeque<>();
    private final List<Call> calls = new ArrayList<>();
    private CompletableFuture<Response> last = new CompletableFuture<>();
    private boolean closed;

    static ScriptedClaude refusing(Response.Refused refusal) {
        return new ScriptedClaude().thenRefusing(refusal);
    }

    static ScriptedClaude neverAnswering() {
        return new ScriptedClaude();
    }

    static ScriptedClaude answering(Piece... pieces) {
        return new ScriptedClaude().thenAnswering(pieces);
    }

    ScriptedClaude thenRefusing(Response.Refused refusal) {
        responses.add(CompletableFuture.completedFuture(refusal));
        return this;
    }

    ScriptedClaude thenNotAnswering() {
        responses.add(new CompletableFuture<>());
        return this;
    }

    ScriptedClaude thenAnswering(Piece... pieces) {
        responses.add(CompletableFuture.completedFuture(
                new Response.Accepted(stream(List.of(pieces)), 200, "req_" + (responses.size() + 1))));
        return this;
    }

    static Piece[] bytes(String... texts) {
        return Arrays.stream(texts).map(ScriptedClaude::piece).toArray(Piece[]::new);
    }

    static Piece piece(String text) {
        return reader -> reader.received(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    static Piece pause() {
        return AnswerReader::paused;
    }

    boolean closed() {
        return closed;
    }

    boolean cancelled() {
        return last.isCompletedExceptionally();
    }

    /** The requests received, in order. */
    List<Call> calls() {
        return calls;
    }

    @Override
    public CompletableFuture<Response> ask(Call call) {
        calls.add(call);
        if (!responses.isEmpty()) {
            last = responses.remove();
        }
        return last;
    }

    private AnswerStream stream(List<Piece> pieces) {
        return new AnswerStream() {
            private boolean read;
            private boolean over;

            @Override
            public void read(AnswerReader reader, Duration pause) {
                read = true;
                for (Piece piece : pieces) {
                    if (!over) {
                        piece.passTo(reader);
                    }
                    if (!over) {
                        reader.batchEnded();
                    }
                }
                if (!over) {
                    reader.ended();
                }
            }

            @Override
            public void abandon() {
                if (!read) {
                    close();
                }
            }

            @Override
            public void drain(Duration timeout) {
                close();
            }

            @Override
            public void close() {
                over = true;
                closed = true;
            }
        };
    }
}
