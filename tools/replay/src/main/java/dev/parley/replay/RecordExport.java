package dev.parley.replay;

import dev.parley.replay.kafka.TopicReader.Next;
import dev.parley.replay.kafka.TopicReader.RecordHandler;
import dev.parley.replay.output.Progress;
import dev.parley.replay.output.RecordFormat;
import dev.parley.replay.record.RecordDecoder;
import dev.parley.replay.selection.Query;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.node.ObjectNode;

/** Writes the records that match a query, and updates the progress bar. */
final class RecordExport implements RecordHandler {
    private final Query query;
    private final DeletedConversations deleted;
    private final RecordDecoder decoder;
    private final RecordFormat format;
    private final OutputStream out;
    private final Progress progress;
    private final PrintWriter errors;
    private long read;
    private long written;
    private long missed;

    RecordExport(
            Query query,
            DeletedConversations deleted,
            RecordDecoder decoder,
            RecordFormat format,
            OutputStream out,
            Progress progress,
            PrintWriter errors) {
        this.query = query;
        this.deleted = deleted;
        this.decoder = decoder;
        this.format = format;
        this.out = out;
        this.progress = progress;
        this.errors = errors;
    }

    @Override
    public Next handle(ConsumerRecord<byte[], byte[]> record) throws IOException {
        read++;
        if (query.filter().matches(record)) {
            write(record);
        }
        if (written == query.recordsMax()) {
            return Next.STOP;
        }
        return query.filter().isPast(record) ? Next.SKIP_PARTITION : Next.CONTINUE;
    }

    /** One line for people: the number of records, without the markers of transactions that their offsets include. */
    String summary() {
        String counts = "%,d of %,d records of %s written".formatted(written, read, query.topic());
        String match = written == 0 && query.filter().selects() ? ": nothing matches the options" : "";
        return counts + match + (hasMissed() ? "; " + missing(missed) : "");
    }

    /** Whether records of the ranges were deleted before they were read. */
    boolean hasMissed() {
        return missed > 0;
    }

    private static String missing(long offsets) {
        return "%,d offsets were deleted before they were read".formatted(offsets);
    }

    private void write(ConsumerRecord<byte[], byte[]> record) throws IOException {
        boolean isDeleted = deleted.includes(record);
        if (isDeleted && query.withoutDeleted()) {
            return;
        }
        ObjectNode line = decoder.decode(record);
        if (isDeleted) {
            line.put("deleted", true);
        }
        format.write(line, out);
        written++;
    }

    @Override
    public void onProgress(long offsetsRead) {
        progress.show(offsetsRead, offsets -> "%,d of %,d read, %,d written".formatted(offsetsRead, offsets, written));
    }

    /** Reports at once only what has no end: the summary does so too. */
    @Override
    public void onMissed(long offsets) {
        missed += offsets;
        if (query.follow()) {
            errors.println("replay: " + missing(offsets));
        }
    }

    @Override
    public void onCaughtUp() throws IOException {
        out.flush();
    }
}
