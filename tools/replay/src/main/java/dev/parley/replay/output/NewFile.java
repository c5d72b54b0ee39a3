package dev.parley.replay.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears when it is whole: it is written under a name of its own beside the place it will take. A device or
 * a pipe is written to as it is.
 */
public final class NewFile implements Destination {
    private static final int BLOCK_BYTES = 256 * 1024;

    private final Path target;
    private final Path written;
    private final boolean mayReplace;
    private final OutputStream stream;
    private boolean complete;

    private NewFile(Path target, Path written, boolean mayReplace) throws IOException {
        this.target = target;
        this.written = written;
        this.mayReplace = mayReplace;
        this.stream = new BufferedOutputStream(Files.newOutputStream(written, StandardOpenOption.WRITE), BLOCK_BYTES);
    }

    /**
     * Begins the file.
     *
     * @param mayReplace whether a file that is already there may be replaced
     * @throws FileAlreadyExistsException if there is one and it may not, or if it is a folder
     * @throws NoSuchFileException if the folder does not exist
     */
    public static NewFile begin(Path path, boolean mayReplace) throws IOException {
        Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
        if (Files.isDirectory(target) || (Files.isRegularFile(target) && !mayReplace)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            return new NewFile(target, target, true);
        }
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder));
        }
        Path unfinished = folder.resolve(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".unfinished");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished);
        return new NewFile(target, unfinished, mayReplace);
    }

    @Override
    public OutputStream stream() {
        return stream;
    }

    @Override
    public void complete() throws IOException {
        stream.close();
        if (!written.equals(target)) {
            if (Files.exists(target) && !mayReplace) {
                throw new FileAlreadyExistsException(target.toString());
            }
            move();
        }
        complete = true;
    }

    private void move() throws IOException {
        try {
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(written, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() {
        if (complete || written.equals(target)) {
            return;
        }
        try {
            stream.close();
            Files.deleteIfExists(written);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
