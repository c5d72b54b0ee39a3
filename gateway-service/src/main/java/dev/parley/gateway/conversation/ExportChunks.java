package dev.parley.gateway.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.conversations.StoredConversation;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * The bytes of an export in chunks of at most 16 KiB, produced on demand: only one page of turns is in memory. Ends
 * early if the conversation is deleted meanwhile.
 */
public final class ExportChunks implements Iterator<byte[]> {
    static final int BYTES_MAX = 16 * 1024;

    private final ExportFormat.Writer writer;
    /** Reads the page after a cursor; empty if the conversation has been deleted. */
    private final Function<String, Optional<StoredConversation>> pages;

    private Optional<StoredConversation> page;
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
        this.page = Optional.of(first);
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
        if (page.isPresent() && turnsWritten == page.get().turns().size()) {
            page = page.get().next().flatMap(pages);
            turnsWritten = 0;
        }
        if (page.isEmpty() || page.get().turns().isEmpty()) {
            ended = true;
            return writer.end();
        }
        return writer.turn(page.get().turns().get(turnsWritten++));
    }
}
