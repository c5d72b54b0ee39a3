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
import dev.parley.gateway.web.connection.WholeBody;
import dev.parley.gateway.web.input.CallerRequests;
import dev.parley.gateway.web.pool.ObservedResponse;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.StoredReads;
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
 * page cannot be read, there is no heap for it, or the client takes nothing any more ({@link
 * dev.parley.gateway.web.connection.StalledWrites}), the connection is closed, so that a partial file never looks complete.
 */
public final class ExportHandler {
    /** Small, because a page of turns with images may have megabytes. */
    private static final int PAGE_TURNS = 10;

    /** Reactor Netty requests so many chunks, and does not wait until the client has taken them. */
    private static final int CHUNKS_BUFFERED_MAX = 128;

    private final CallerRequests callers;
    private final ConversationReader reader;
    private final SharedPool places;
    /** Bounds the bytes of pages until they are written, and of chunks until clients have received them. */
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
        Reservation page = heap.reservation(caller.identity());
        Reservation chunks = heap.reservation(caller.identity());
        return ObservedResponse.of(
                () -> {
                    chunks.take(WholeBody.bytesHeld((long) CHUNKS_BUFFERED_MAX * ExportChunks.BYTES_MAX));
                    return response(caller, conversation, format, place, page);
                },
                place,
                page,
                chunks);
    }

    private Mono<ServerResponse> response(
            Caller caller, ConversationId conversation, ExportFormat format, Reservation place, Reservation page) {
        StoredConversation first =
                page(caller, conversation, Optional.empty(), page).orElseThrow(StoredReads::noSuchConversation);
        AtomicReference<@Nullable ExportChunks> export = new AtomicReference<>(new ExportChunks(
                first, format.writer(), last -> page(caller, conversation, Optional.of(new GenerationId(last)), page)));
        Flux<byte[]> file = chunks(export, place, page).subscribeOn(workers);
        return ServerResponse.ok()
                .contentType(MediaType.parseMediaType(format.mediaType()))
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(format.fileName(first.summary())))
                .header("x-content-type-options", "nosniff")
                // They are for the work, which ends before a slow client has taken the last 2 MB.
                .body(
                        file.doFinally(_ -> {
                            page.close();
                            place.close();
                        }),
                        byte[].class);
    }

    /**
     * A client may leave while a chunk is made, which holds the place and the page to its end.
     *
     * @param export taken out, because the response stays in memory until the client has all of it, and a page may have 16 MB
     */
    private static Flux<byte[]> chunks(
            AtomicReference<@Nullable ExportChunks> export, Reservation place, Reservation page) {
        return Flux.generate(() -> Objects.requireNonNull(export.getAndSet(null)), (chunks, sink) -> {
            try {
                if (chunks.hasNext()) {
                    sink.next(place.keepDuring(() -> page.keepDuring(chunks::next)));
                } else {
                    sink.complete();
                }
            } catch (ApiErrorException e) {
                if (!page.isClosed()) {
                    throw e;
                }
                // No heap is taken for a client that has left, and no error is logged.
                sink.complete();
            }
            return chunks;
        });
    }

    private static String disposition(String fileName) {
        return ContentDisposition.attachment().filename(fileName, UTF_8).build().toString();
    }

    /** Reads a page when the one before is no longer held. */
    private Optional<StoredConversation> page(
            Caller caller, ConversationId conversation, Optional<GenerationId> after, Reservation page) {
        page.hold(0);
        return reader.read(
                caller.tenant(),
                conversation,
                new TurnPage(PAGE_TURNS, TurnPage.Order.OLDEST_FIRST, after),
                bytes -> page.take(WholeBody.bytesHeld(bytes)));
    }
}
