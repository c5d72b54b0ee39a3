package dev.parley.gateway.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.conversations.StoredConversation;
import dev.parley.conversations.StoredTurn;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * The bytes of an export in chunks of at most 16 KiB, produced on demand: only one page of turns is in memory, and none while the
 * next one is read. Throws an {@link IllegalStateException} if the conversation is deleted before its last page is read: what has
 * been sent is not all of it.
 */
public final class ExportChunks implements Iterator<byte[]> {
    public static final int BYTES_MAX = 16 * 1024;

    private static final byte[] NOTHING = {};

    private final ExportFormat.Writer writer;
    /** Reads the page after a cursor; empty if the conversation has been deleted. */
    private final Function<String, Optional<StoredConversation>> pages;

    private final Instant createdAt;

    /** The turns of the page that are not written yet. */
    private final Deque<StoredTurn> turns;

    private Optional<String> cursor;
    private boolean ended;
    private byte[] ready;
    private int sent;

    public ExportChunks(
            StoredConversation first,
            ExportFormat.Writer writer,
            Function<String, Optional<StoredConversation>> pages) {
        this.writer = writer;
        this.pages = pages;
        this.createdAt = first.summary().createdAt();
        this.turns = new ArrayDeque<>(first.turns());
        this.cursor = first.next();
        this.ready = writer.beginning(first.summary()).getBytes(UTF_8);
    }

    @Override
    public boolean hasNext() {
        return sent < ready.length || !ended;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (sent == ready.length) {
            // Not beside the next page.
            ready = NOTHING;
            sent = 0;
            ready = more().getBytes(UTF_8);
        }
        int from = sent;
        sent = Math.min(from + BYTES_MAX, ready.length);
        return Arrays.copyOfRange(ready, from, sent);
    }

    private String more() {
        if (turns.isEmpty()) {
            if (cursor.isEmpty()) {
                ended = true;
                return writer.end();
            }
            StoredConversation page = following(cursor.get());
            turns.addAll(page.turns());
            cursor = page.next();
        }
        return writer.turn(turns.remove());
    }

    /** The next page, which has turns unless they were deleted. Those of a conversation that has begun again have another beginning. */
    private StoredConversation following(String cursor) {
        return pages.apply(cursor)
                .filter(read ->
                        !read.turns().isEmpty() && read.summary().createdAt().equals(createdAt))
                .orElseThrow(() -> new IllegalStateException("the conversation was deleted while it was exported"));
    }
}
