package dev.parley.cache.kafka;

import dev.parley.cache.answer.Answer;
import dev.parley.cache.request.CachedTurn;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.TurnCodec;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Gives a kept answer to the reader of a request: first the frames, at once and outside of transactions; then, when they
 * have arrived, the turn together with its marker, in one transaction.
 */
public final class AnswerReplay {
    private static final String SOURCE = "cache-service";

    private final DeltaPublisher deltas;
    private final TurnRecorders recorders;
    private final Clock clock;

    public AnswerReplay(DeltaPublisher deltas, TurnRecorders recorders, Clock clock) {
        this.deltas = deltas;
        this.recorders = recorders;
        this.clock = clock;
    }

    /**
     * Gives it.
     *
     * @param partition of {@code chat.requests}, whose recorder records the turn
     * @return when the turn is recorded; fails if something did not get through, and then any part of it may have
     */
    CompletableFuture<Void> give(ChatRequested requested, Answer answer, int partition, Instant decidedAt) {
        return deltas.publish(requested, answer.frames()).thenCompose(pieces -> {
            Instant endedAt = clock.instant();
            return recorders.record(partition, () -> events(requested, answer, pieces, decidedAt, endedAt));
        });
    }

    private static List<ProducerRecord<String, byte[]>> events(
            ChatRequested requested, Answer answer, int pieces, Instant decidedAt, Instant endedAt) {
        Recorded marker = new Recorded(requested.generation(), DeltaPublisher.ATTEMPT, pieces);
        return List.of(
                TurnCodec.encode(CachedTurn.of(requested, answer, decidedAt, endedAt), SOURCE),
                DeltaCodec.encode(marker, requested.reply().partition()));
    }
}
