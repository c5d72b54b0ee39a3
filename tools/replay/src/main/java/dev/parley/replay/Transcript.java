package dev.parley.replay;

import dev.parley.replay.kafka.TopicReader.Next;
import dev.parley.replay.kafka.TopicReader.Sink;
import dev.parley.replay.output.LineWriter;
import dev.parley.replay.output.Progress;
import dev.parley.replay.record.RecordDecoder;
import dev.parley.replay.selection.Query;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.node.ObjectNode;

/** Writes the records that a query wants, as they are read, and tells how far the reading has come. */
final class Transcript implements Sink {
    private final Query query;
    private final DeletedConversations deleted;
    private final long offsetsToRead;
    private final RecordDecoder decoder;
    private final LineWriter writer;
    private final OutputStream out;
    private final Progress progress;
    private long written;

    Transcript(
            Query query,
            DeletedConversations deleted,
            long offsetsToRead,
            RecordDecoder decoder,
            LineWriter writer,
            OutputStream out,
            Progress progress) {
        this.query = query;
        this.deleted = deleted;
        this.offsetsToRead = offsetsToRead;
        this.decoder = decoder;
        this.writer = writer;
        this.out = out;
        this.progress = progress;
    }

    @Override
    public Next take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        if (query.filter().wants(record)) {
            write(record);
        }
        if (written == query.recordsMax()) {
            return Next.NOTHING;
        }
        return query.filter().isBehind(record) ? Next.PARTITION : Next.RECORD;
    }

    private void write(ConsumerRecord<byte[], byte[]> record) throws IOException {
        boolean isDeleted = deleted.cover(record);
        if (isDeleted && query.withoutDeleted()) {
            return;
        }
        ObjectNode line = decoder.decode(record);
        if (isDeleted) {
            line.put("deleted", true);
        }
        writer.write(line, out);
        written++;
    }

    @Override
    public void progressed(long offsetsRead) {
        progress.show(offsetsRead, offsetsToRead, written);
    }

    @Override
    public void caughtUp() throws IOException {
        out.flush();
    }
}
