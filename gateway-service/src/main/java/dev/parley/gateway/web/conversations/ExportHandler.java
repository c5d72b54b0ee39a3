package dev.parley.gateway.web.conversations;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.conversations.ConversationReader;
import dev.parley.conversations.ConversationReader.TurnPage;
import dev.parley.conversations.StoredConversation;
import dev.parley.gateway.conversation.ExportChunks;
import dev.parley.gateway.conversation.ExportFormat;
import dev.parley.gateway.places.FairPool.Reservation;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.Authentication;
import dev.parley.gateway.web.RequestPlaces;
import dev.parley.gateway.web.StoredReads;
import java.time.Duration;
import java.util.Optional;
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
 * {@code json}. Read page by page and sent in small chunks with back pressure; the HTTP server buffers about 130 chunks. If a
 * page cannot be read, or the client stalls beyond the timeout, the connection is closed, so that a partial file never
 * looks complete.
 */
public final class ExportHandler {
    private static final String DEFAULT_FORMAT = "markdown";

    /** Small, because a page of turns with images may have megabytes. */
    private static final int PAGE_TURNS = 10;

    private final Authentication authentication;
    private final ConversationReader reader;
    private final RequestPlaces places;
    private final Duration clientTimeout;
    private final Scheduler workers;

    /**
     * Creates a handler.
     *
     * @param exportsMax concurrent exports, shared by keys
     * @param clientTimeout maximum pause of a client
     */
    public ExportHandler(
            Authentication authentication,
            ConversationReader reader,
            int exportsMax,
            Duration clientTimeout,
            Scheduler workers) {
        this.authentication = authentication;
        this.reader = reader;
        this.places = new RequestPlaces(exportsMax, "Too many conversations are exported.");
        this.clientTimeout = clientTimeout;
        this.workers = workers;
    }

    Mono<ServerResponse> export(ServerRequest request) {
        return StoredReads.explained(authentication
                .check(request.headers().asHttpHeaders())
                .publishOn(workers)
                .flatMap(caller -> {
                    ExportFormat format = ExportFormat.of(
                                    request.queryParam("format").orElse(DEFAULT_FORMAT))
                            .orElseThrow(() -> new IllegalArgumentException("format is markdown or json"));
                    Export export = new Export(caller, new ConversationId(request.pathVariable("id")), format);
                    return export.respond();
                }));
    }

    /** One export, which reads its pages sequentially. */
    private final class Export {
        private final Caller caller;
        private final ConversationId conversation;
        private final ExportFormat format;

        Export(Caller caller, ConversationId conversation, ExportFormat format) {
            this.caller = caller;
            this.conversation = conversation;
            this.format = format;
        }

        Mono<ServerResponse> respond() {
            Reservation place = places.take(caller);
            try {
                StoredConversation first = page(Optional.empty()).orElseThrow(StoredReads::noSuchConversation);
                return respond(first, place);
            } catch (RuntimeException | Error e) {
                place.close();
                throw e;
            }
        }

        private Mono<ServerResponse> respond(StoredConversation first, Reservation place) {
            return ServerResponse.ok()
                    .contentType(MediaType.parseMediaType(format.mediaType()))
                    .header(HttpHeaders.CONTENT_DISPOSITION, disposition(first).toString())
                    .header("x-content-type-options", "nosniff")
                    .body(file(first).doFinally(_ -> place.close()), byte[].class)
                    .doOnError(_ -> place.close())
                    .doOnCancel(place::close);
        }

        private ContentDisposition disposition(StoredConversation first) {
            return ContentDisposition.attachment()
                    .filename(format.fileName(first.summary()), UTF_8)
                    .build();
        }

        private Flux<byte[]> file(StoredConversation first) {
            return Flux.fromIterable(() ->
                            new ExportChunks(first, format.writer(), last -> page(Optional.of(new GenerationId(last)))))
                    .subscribeOn(workers)
                    .timeout(clientTimeout);
        }

        private Optional<StoredConversation> page(Optional<GenerationId> after) {
            return reader.read(
                    caller.tenant(), conversation, new TurnPage(PAGE_TURNS, TurnPage.Order.OLDEST_FIRST, after));
        }
    }
}
