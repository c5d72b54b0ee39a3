package dev.parley.replay.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;

/** The target of an export. Closing without {@link #complete()} leaves no partial file. */
public final class Output implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final OutputStream stream;
    private final Optional<UnfinishedFile> file;
    private boolean complete;

    /** The reading end of the pipe is closed, as {@code head} does. Not a failure. */
    public static final class ClosedPipeException extends IOException {
        ClosedPipeException(IOException cause) {
            super("the pipe is closed", cause);
        }
    }

    /** A file under a temporary name in the folder of its target. */
    private record UnfinishedFile(Path path, Path target, boolean mayReplace) {}

    private Output(OutputStream stream, Optional<UnfinishedFile> file) {
        this.stream = new BufferedOutputStream(stream, BUFFER_BYTES);
        this.file = file;
    }

    public static Output standard() {
        return standard(new FileOutputStream(FileDescriptor.out));
    }

    /** Recognizes a closed pipe by the system's message, because the JVM ignores SIGPIPE. */
    static Output standard(OutputStream pipe) {
        OutputStream stream = new FilterOutputStream(pipe) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    out.write(bytes, offset, length);
                } catch (IOException e) {
                    boolean isClosed = String.valueOf(e.getMessage())
                            .toLowerCase(Locale.ROOT)
                            .contains("broken pipe");
                    throw isClosed ? new ClosedPipeException(e) : e;
                }
            }
        };
        return new Output(stream, Optional.empty());
    }

    /**
     * A file that is written under a temporary name in the same folder and renamed when complete. Devices and pipes are
     * written directly.
     *
     * @param mayReplace whether an existing file may be replaced
     * @throws FileAlreadyExistsException if the file exists and may not be replaced, or if it is a folder
     * @throws NoSuchFileException if the folder does not exist
     */
    public static Output file(Path path, boolean mayReplace) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path)) {
            // The path itself: what /dev/fd/63 links to has no name.
            return standard(Files.newOutputStream(path, StandardOpenOption.WRITE));
        }
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        if (Files.isDirectory(target) || (Files.isRegularFile(target) && !mayReplace)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder));
        }
        Path unfinished = folder.resolve(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".unfinished");
        Files.deleteIfExists(unfinished);
        OutputStream stream =
                Files.newOutputStream(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Output(stream, Optional.of(new UnfinishedFile(unfinished, target, mayReplace)));
    }

    public OutputStream stream() {
        return stream;
    }

    /** Writes what is buffered and makes the file visible. */
    public void complete() throws IOException {
        stream.flush();
        if (file.isPresent()) {
            stream.close();
            Path target = file.get().target();
            if (Files.exists(target) && !file.get().mayReplace()) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(file.get().path(), target, StandardCopyOption.ATOMIC_MOVE);
        }
        complete = true;
    }

    @Override
    public void close() {
        if (complete || file.isEmpty()) {
            return;
        }
        try (stream) {
            Files.deleteIfExists(file.get().path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
