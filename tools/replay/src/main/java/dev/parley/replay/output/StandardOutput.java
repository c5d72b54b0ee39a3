package dev.parley.replay.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** The process's standard output, in blocks; a reader that has gone is a {@link ReaderGoneException}. */
public final class StandardOutput implements Destination {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final OutputStream stream;

    public StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    StandardOutput(OutputStream out) {
        this.stream = new BufferedOutputStream(new NoticingReaderGone(out), BLOCK_BYTES);
    }

    @Override
    public OutputStream stream() {
        return stream;
    }

    @Override
    public void complete() throws IOException {
        stream.flush();
    }

    @Override
    public void close() {
        // It is the process's, and what is still in the block has been given up.
    }

    /** The JVM ignores SIGPIPE, so a closed pipe is an exception with the system's words. */
    private static final class NoticingReaderGone extends OutputStream {
        private final OutputStream out;

        NoticingReaderGone(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("broken pipe")) {
                    throw new ReaderGoneException(e);
                }
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
