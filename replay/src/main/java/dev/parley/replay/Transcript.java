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

/** Writes the records that a query wants, as they are read, and tells how far the reading has come. */
final class Transcript implements Sink {
    private final Query query;
    private final long offsetsToRead;
    private final RecordDecoder decoder;
    private final LineWriter writer;
    private final OutputStream out;
    private final Progress progress;
    private long written;

    Transcript(
            Query query,
            long offsetsToRead,
            RecordDecoder decoder,
            LineWriter writer,
            OutputStream out,
            Progress progress) {
        this.query = query;
        this.offsetsToRead = offsetsToRead;
        this.decoder = decoder;
        this.writer = writer;
        this.out = out;
        this.progress = progress;
    }

    @Override
    public Next take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        if (query.filter().wants(record)) {
            writer.write(decoder.decode(record), out);
            written++;
        }
        if (written == query.recordsMax()) {
            return Next.NOTHING;
        }
        return query.filter().isBehind(record) ? Next.PARTITION : Next.RECORD;
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
