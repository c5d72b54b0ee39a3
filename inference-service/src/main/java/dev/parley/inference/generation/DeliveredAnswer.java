package dev.parley.inference.generation;

import dev.parley.answercache.CachedAnswer;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.json.HeapEstimate;
import dev.parley.messages.MessageAssembler;
import dev.parley.messages.SseFrame;
import dev.parley.messages.Thinking;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** The answer as delivered to the reader by all attempts. Used by one thread at a time, as {@link ClaudeCall} says. */
final class DeliveredAnswer {
    private final MessageAssembler assembler = new MessageAssembler();
    private final AnswerFrames frames;
    private int blocks;
    private long grownBytes;
    private Optional<Duration> toFirstToken = Optional.empty();

    DeliveredAnswer(AnswerFrames frames) {
        this.frames = frames;
    }

    /** What has been taken of the heap since the last call, in bytes: by the events, and by what is assembled from them. */
    long grownBytes() {
        long grown = grownBytes;
        grownBytes = 0;
        return grown;
    }

    /** Of most deltas only the text is assembled. Other events become a part of the message, as a tree. */
    private static long heapOf(SseFrame frame, JsonNode event, String type) {
        long bytes = frame.bytes().length;
        boolean isText =
                type.equals("content_block_delta") && !event.path("delta").has("citation");
        return isText ? bytes + bytes / 2 : 2 * bytes + HeapEstimate.ofNodes(frame.bytes());
    }

    /**
     * Adds the next event.
     *
     * @param askedAt the start of its call, or of following the stream that it is copied from
     * @throws dev.parley.messages.MalformedStreamException if it cannot follow the events before
     */
    void add(SseFrame frame, JsonNode event, Instant askedAt, InstantSource clock) {
        add(frame, event);
        if (toFirstToken.isEmpty() && event.path("type").stringValue("").equals("content_block_delta")) {
            toFirstToken = Optional.of(Duration.between(askedAt, clock.instant()));
        }
    }

    /** Adds the next event of a copy of which the times are not known. */
    void add(SseFrame frame, JsonNode event) {
        assembler.accept(event);
        frames.add(frame.bytes());
        String type = event.path("type").stringValue("");
        grownBytes += heapOf(frame, event, type);
        switch (type) {
            case "message_start" ->
                blocks = event.path("message").path("content").size();
            case "content_block_start" ->
                blocks = Math.max(blocks, event.path("index").intValue(0) + 1);
            default -> {
                // Begins no block.
            }
        }
    }

    boolean complete() {
        return assembler.complete();
    }

    /** The progress. Assembles the message, so it is too slow to call for every event. */
    AnswerProgress progress() {
        if (assembler.complete()) {
            return AnswerProgress.COMPLETE;
        }
        if (!assembler.stopReason().isEmpty()) {
            return AnswerProgress.END_MISSING;
        }
        if (isCutBeforeItsEnd()) {
            return AnswerProgress.MORE_THAN_TEXT;
        }
        JsonNode content = message().path("content");
        if (openBlock().isPresent() && Thinking.is(content.path(content.size() - 1))) {
            return hasOnlyBegunToThink() ? AnswerProgress.NOTHING : AnswerProgress.MORE_THAN_TEXT;
        }
        boolean empty = true;
        boolean thinking = false;
        for (JsonNode block : content) {
            if (Thinking.is(block)) {
                thinking = true;
            } else if (block.path("type").stringValue("").equals("text")) {
                empty &= block.path("text").stringValue("").isBlank();
            } else {
                return AnswerProgress.MORE_THAN_TEXT;
            }
        }
        if (empty) {
            return AnswerProgress.NOTHING;
        }
        return thinking ? AnswerProgress.TEXT_AND_THINKING : AnswerProgress.TEXT;
    }

    boolean hasThinking() {
        return message().path("content").valueStream().anyMatch(Thinking::is);
    }

    /** Whether there is nothing but the start of a thinking block, which the thinking of another call can fill. */
    boolean hasOnlyBegunToThink() {
        JsonNode content = message().path("content");
        JsonNode block = content.path(0);
        return openBlock().isPresent()
                && content.size() == 1
                && block.path("type").stringValue("").equals("thinking")
                && block.path("thinking").stringValue("").isEmpty()
                && block.path("signature").stringValue("").isEmpty();
    }

    /** Whether {@code message_start} was delivered. */
    boolean begun() {
        return assembler.started();
    }

    /** The last block, if it is open. */
    OptionalInt openBlock() {
        return assembler.openBlocks().contains(blocks - 1) ? OptionalInt.of(blocks - 1) : OptionalInt.empty();
    }

    /** Whether a block before the last one is open. A call that continues the end of the answer cannot write what is missing there. */
    private boolean isCutBeforeItsEnd() {
        return assembler.openBlocks().stream().anyMatch(index -> index < blocks - 1);
    }

    int blocks() {
        return blocks;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        message()
                .path("content")
                .forEach(block -> text.append(block.path("text").stringValue("")));
        return text.toString();
    }

    JsonNode message() {
        return assembler.message();
    }

    /** From the call to Claude, or from the start of following, to the first token; empty if there was none. */
    Optional<Duration> toFirstToken() {
        return toFirstToken;
    }

    /** For the cache; empty if it takes no answer as long as this. */
    byte[] gzippedFrames() {
        return frames.size() > CachedAnswer.FRAMES_BYTES_MAX ? new byte[0] : Gzip.pack(frames.copy(0, frames.size()));
    }
}
