package dev.parley.gateway.web.chat;

import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.gateway.conversation.ConversationName;
import dev.parley.gateway.conversation.Histories;
import dev.parley.gateway.conversation.Histories.Result.Found;
import dev.parley.gateway.conversation.Histories.Result.Late;
import dev.parley.gateway.conversation.Histories.Result.Unrelated;
import dev.parley.gateway.conversation.History;
import dev.parley.gateway.request.BodyParser;
import dev.parley.gateway.request.ClientRequest.Accepted;
import dev.parley.gateway.request.RequestParser;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.input.SignedIds;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.pool.SharedPool.Reservation;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.gateway.web.response.StoredReads;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Adds the stored history of a conversation to requests with {@code x-parley-history: stored}. It is read after authentication,
 * while the body arrives.
 */
public final class HistorySupply {
    private static final String STORED = "stored";

    /** Copies of a turn in memory while it is read: as it is stored or received, and unpacked or as a record. */
    private static final int COPIES = 2;

    private final Histories histories;
    /** The current ones; blocks. */
    private final Supplier<Deletions> deletions;

    private final SignedIds ids;
    private final SharedPool reads;

    private final RequestParser parser;
    /** The largest request including its history. */
    private final long bytesMax;

    private final Scheduler workers;

    public HistorySupply(
            Histories histories,
            Supplier<Deletions> deletions,
            SignedIds ids,
            int readersMax,
            RequestParser parser,
            DataSize requestMax,
            Scheduler workers) {
        this.histories = histories;
        this.deletions = deletions;
        this.ids = ids;
        this.reads = new SharedPool(readersMax, "Too many histories are being read.");
        this.parser = parser;
        this.bytesMax = requestMax.toBytes();
        this.workers = workers;
    }

    /**
     * The history, empty unless it is requested; or an {@link ApiErrorException}, thrown if the headers are invalid.
     *
     * @param conversation the one that the request names; empty if it begins one
     * @param heap of the request, which takes the heap of the history
     */
    Mono<History> of(HttpHeaders headers, Caller caller, Optional<ConversationId> conversation, Reservation heap) {
        if (headers.getFirst(HeaderNames.HISTORY) == null) {
            return Mono.just(History.EMPTY);
        }
        if (!STORED.equals(headers.getFirst(HeaderNames.HISTORY))) {
            throw ApiErrorException.invalidRequest(HeaderNames.HISTORY + ": Input should be '" + STORED + "'");
        }
        Optional<GenerationId> after = after(headers);
        after.ifPresent(generation -> ids.known(caller.tenant(), generation));
        if (after.isPresent() && conversation.isEmpty()) {
            throw ApiErrorException.invalidRequest(HeaderNames.AFTER_GENERATION
                    + ": The request names no conversation, with " + HeaderNames.CONVERSATION);
        }
        return conversation
                .map(named ->
                        StoredReads.explained(Mono.fromCallable(() -> counted(read(caller, named, after, heap), heap))
                                .subscribeOn(workers)))
                .orElseGet(() -> Mono.just(History.EMPTY));
    }

    private static Optional<GenerationId> after(HttpHeaders headers) {
        return Optional.ofNullable(headers.getFirst(HeaderNames.AFTER_GENERATION))
                .map(text -> RequestValue.parsed(HeaderNames.AFTER_GENERATION, text, GenerationId::new));
    }

    /** A body may arrive slowly, so a history is counted as long as it waits for one. */
    private History counted(History history, Reservation heap) {
        check(history.bytes());
        heap.take(history.heapBytes());
        return history;
    }

    /** A turn counts from before it is unpacked: beside its messages it may have large tools. So do others of its partition. */
    private History read(Caller caller, ConversationId conversation, Optional<GenerationId> after, Reservation heap) {
        try (Reservation _ = reads.take(caller.identity());
                Reservation unpacked = heap.another()) {
            ConversationName name = new ConversationName(caller.tenant(), conversation);
            return switch (histories.read(name, after, bytes -> unpacked.take(COPIES * bytes))) {
                case Found found -> found.history();
                case Unrelated _ ->
                    throw ApiErrorException.invalidRequest(
                            HeaderNames.AFTER_GENERATION + ": This generation has no turn in this conversation");
                case Late _ ->
                    throw new ApiErrorException(
                            503,
                            "The last turn of this conversation is not in its history yet. Please ask again, or"
                                    + " send the messages yourself.",
                            "1");
            };
        }
    }

    /**
     * The request with the history before it, or an {@link ApiErrorException}.
     *
     * @param reading parses both together, with the bounds of a request of that size
     */
    Accepted joined(History history, Accepted request, BiFunction<byte[], BodyParser, Accepted> reading) {
        if (history.messages().isEmpty()) {
            return request;
        }
        byte[] whole = parser.continuing(history.before(request), request);
        check(whole.length);
        return request.with(reading.apply(whole, parser).json(), whole);
    }

    /**
     * Throws an {@link ApiErrorException} if a history has been deleted since it was read, while the body arrived. Called when the
     * request has its id: a later deletion covers the request too. Blocks.
     *
     * @param last the last turn of the history
     */
    void requireKept(Caller caller, ConversationId conversation, GenerationId last) {
        boolean deleted;
        try {
            deleted = deletions.get().cover(caller.tenant(), conversation, last);
        } catch (KafkaException e) {
            throw ApiErrorException.logUnreachable();
        }
        if (deleted) {
            throw new ApiErrorException(
                    503,
                    "This conversation was deleted while the request was being read. Please ask again: it"
                            + " starts empty.",
                    "1");
        }
    }

    private void check(long bytes) {
        if (bytes > bytesMax) {
            throw new ApiErrorException(
                    413, "The request and its stored history exceed the maximum size of " + bytesMax + " bytes");
        }
    }
}
