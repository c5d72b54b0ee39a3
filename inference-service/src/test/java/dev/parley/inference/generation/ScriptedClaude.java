package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.event.ChatRequested;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Answers every request with the pieces it was given, at once; after the last one the stream ends. */
final class ScriptedClaude implements Claude {
    private final CompletableFuture<Response> response;
    private boolean closed;

    private ScriptedClaude(CompletableFuture<Response> response) {
        this.response = response;
    }

    static ScriptedClaude refusing(Response.Refused refusal) {
        return new ScriptedClaude(CompletableFuture.completedFuture(refusal));
    }

    static ScriptedClaude neverAnswering() {
        return new ScriptedClaude(new CompletableFuture<>());
    }

    static ScriptedClaude answering(Piece... pieces) {
        CompletableFuture<Response> response = new CompletableFuture<>();
        ScriptedClaude claude = new ScriptedClaude(response);
        response.complete(new Response.Accepted(claude.stream(List.of(pieces)), 200, "req_1"));
        return claude;
    }

    static Piece[] bytes(String... texts) {
        return Arrays.stream(texts).map(ScriptedClaude::piece).toArray(Piece[]::new);
    }

    static Piece piece(String text) {
        return new Piece.Bytes(text.getBytes(UTF_8));
    }

    boolean closed() {
        return closed;
    }

    boolean cancelled() {
        return response.isCancelled();
    }

    @Override
    public CompletableFuture<Response> ask(ChatRequested requested) {
        return response;
    }

    private AnswerStream stream(List<Piece> pieces) {
        Deque<Piece> left = new ArrayDeque<>(pieces);
        return new AnswerStream() {
            @Override
            public Piece next(Duration patience) {
                Piece next = left.poll();
                return next == null ? new Piece.End() : next;
            }

            @Override
            public void awaitEnd(Duration patience) {
                left.clear();
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }
}
