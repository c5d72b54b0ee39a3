package dev.parley.cache.kafka;

import dev.parley.cache.request.FramePacker;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends kept answers to their readers, as the first and only attempt. */
public final class DeltaPublisher {
    static final int ATTEMPT = 1;

    private final RecordSender<String> sender;
    private final int bytesMax;

    public DeltaPublisher(RecordSender<String> sender, int bytesMax) {
        this.sender = sender;
        this.bytesMax = bytesMax;
    }

    /**
     * Sends the frames, a piece only when the one before it has arrived: a reader must never see a gap. Nearly all
     * answers are one piece.
     *
     * @return how many pieces it took, when the broker has them all; fails as soon as one could not be sent
     */
    CompletableFuture<Integer> publish(ChatRequested requested, byte[] frames) {
        List<byte[]> pieces = FramePacker.pack(frames, bytesMax);
        CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
        for (int i = 0; i < pieces.size(); i++) {
            Frames piece = new Frames(
                    requested.generation(), ATTEMPT, i, CacheVerdict.EXACT, pieces.get(i), i == pieces.size() - 1);
            sent = sent.thenCompose(_ ->
                    sender.send(DeltaCodec.encode(piece, requested.reply().partition(), requested.conversation())));
        }
        return sent.thenApply(_ -> pieces.size());
    }
}
