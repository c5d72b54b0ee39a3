package dev.parley.gateway.web.conversations;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.TextEnum;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.ConversationReader.TurnPage;
import dev.parley.conversations.StoredConversation;
import dev.parley.gateway.conversation.ExportChunks;
import dev.parley.gateway.conversation.ExportFormat;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.AnswerResponses;
import dev.parley.gateway.web.CallerRequests;
import dev.parley.gateway.web.ObservedResponse;
import dev.parley.gateway.web.SharedPool;
import dev.parley.gateway.web.SharedPool.Reservation;
import dev.parley.gateway.web.StoredReads;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * {@code GET /v1/conversations/{id}/export}: a complete conversation as a file, {@code format=markdown} or
 * {@code json}. Read page by page and sent in small chunks with back pressure; the HTTP server buffers some. If a
 * page cannot be read, or the client takes nothing any more ({@link dev.parley.gateway.web.StalledWrites}), the connection is closed,
 * so that a partial file never looks complete.
 */
public final class ExportHandler {
    /** Small, because a page of turns with images may have megabytes. */
    private static final int PAGE_TURNS = 10;

    /** Reactor Netty requests so many chunks, and does not wait until the client has taken them. */
    private static final int CHUNKS_BUFFERED_MAX = 128;

    private final CallerRequests callers;
    private final ConversationReader reader;
    private final SharedPool places;
    /** Bounds the bytes of chunks until clients have received them. */
    private final SharedPool heap;

    private final Scheduler workers;

    public ExportHandler(
            CallerRequests callers,
            ConversationReader reader,
            ConversationSettings settings,
            SharedPool requestHeap,
            Scheduler workers) {
        this.callers = callers;
        this.reader = reader;
        this.heap = requestHeap;
        this.places = new SharedPool(settings.exportsMax(), "Too many conversations are exported.");
        this.workers = workers;
    }

    public Mono<ServerResponse> export(ServerRequest request) {
        return StoredReads.explained(callers.caller(request).flatMap(caller -> export(request, caller)));
    }

    private Mono<ServerResponse> export(ServerRequest request, Caller caller) {
        ExportFormat format = request.queryParam("format")
                .map(name -> TextEnum.find(ExportFormat.class, name)
                        .orElseThrow(() -> new IllegalArgumentException("format is markdown or json")))
                .orElse(ExportFormat.MARKDOWN);
        ConversationId conversation = new ConversationId(request.pathVariable("id"));
        Reservation place = places.take(caller.identity());
        Reservation held = heap.reservation(caller.identity());
        return ObservedResponse.of(
                () -> {
                    held.take(AnswerResponses.bytesHeld((long) CHUNKS_BUFFERED_MAX * ExportChunks.BYTES_MAX));
                    return response(caller, conversation, format, place);
                },
                place,
                held);
    }

    private Mono<ServerResponse> response(
            Caller caller, ConversationId conversation, ExportFormat format, Reservation place) {
        StoredConversation first =
                page(caller, conversation, Optional.empty()).orElseThrow(StoredReads::noSuchConversation);
        AtomicReference<@Nullable ExportChunks> export = new AtomicReference<>(new ExportChunks(
                first, format.writer(), last -> page(caller, conversation, Optional.of(new GenerationId(last)))));
        Flux<byte[]> file = chunks(export, place).subscribeOn(workers);
        return ServerResponse.ok()
                .contentType(MediaType.parseMediaType(format.mediaType()))
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(format.fileName(first.summary())))
                .header("x-content-type-options", "nosniff")
                // The place is for the work, which ends before a slow client has taken the last 2 MB.
                .body(file.doFinally(_ -> place.close()), byte[].class);
    }

    /**
     * A client may leave while a chunk is made, which holds the place to its end.
     *
     * @param export taken out, because the response stays in memory until the client has all of it, and a page may have 16 MB
     */
    private static Flux<byte[]> chunks(AtomicReference<@Nullable ExportChunks> export, Reservation place) {
        return Flux.generate(() -> Objects.requireNonNull(export.getAndSet(null)), (chunks, sink) -> {
            if (chunks.hasNext()) {
                sink.next(place.keepDuring(chunks::next));
            } else {
                sink.complete();
            }
            return chunks;
        });
    }

    private static String disposition(String fileName) {
        return ContentDisposition.attachment().filename(fileName, UTF_8).build().toString();
    }

    private Optional<StoredConversation> page(
            Caller caller, ConversationId conversation, Optional<GenerationId> after) {
        return reader.read(caller.tenant(), conversation, new TurnPage(PAGE_TURNS, TurnPage.Order.OLDEST_FIRST, after));
    }
}
