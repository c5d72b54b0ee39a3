package dev.parley.gateway.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.conversations.StoredConversation;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * The bytes of an export in chunks of at most 16 KiB, produced on demand: only one page of turns is in memory. Throws an
 * {@link IllegalStateException} if the conversation is deleted before its last page is read: what has been sent is not all of it.
 */
public final class ExportChunks implements Iterator<byte[]> {
    public static final int BYTES_MAX = 16 * 1024;

    private final ExportFormat.Writer writer;
    /** Reads the page after a cursor; empty if the conversation has been deleted. */
    private final Function<String, Optional<StoredConversation>> pages;

    private StoredConversation page;
    private int turnsWritten;
    private boolean ended;
    private byte[] ready;
    private int sent;

    public ExportChunks(
            StoredConversation first,
            ExportFormat.Writer writer,
            Function<String, Optional<StoredConversation>> pages) {
        this.writer = writer;
        this.pages = pages;
        this.page = first;
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
            ready = more().getBytes(UTF_8);
            sent = 0;
        }
        int from = sent;
        sent = Math.min(from + BYTES_MAX, ready.length);
        return Arrays.copyOfRange(ready, from, sent);
    }

    private String more() {
        if (turnsWritten == page.turns().size()) {
            Optional<String> next = page.next();
            if (next.isEmpty()) {
                ended = true;
                return writer.end();
            }
            page = following(next.get());
            turnsWritten = 0;
        }
        return writer.turn(page.turns().get(turnsWritten++));
    }

    /** The next page, which has turns unless they were deleted. Those of a conversation that has begun again have another beginning. */
    private StoredConversation following(String cursor) {
        Instant createdAt = page.summary().createdAt();
        return pages.apply(cursor)
                .filter(read ->
                        !read.turns().isEmpty() && read.summary().createdAt().equals(createdAt))
                .orElseThrow(() -> new IllegalStateException("the conversation was deleted while it was exported"));
    }
}
