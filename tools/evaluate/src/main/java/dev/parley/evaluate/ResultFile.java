package dev.parley.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A file of results. It appears, or is replaced, when it is complete; devices and pipes are written directly. */
public record ResultFile(Path path) {
    /**
     * Refuses a file that cannot be written, before an evaluation, which takes minutes.
     *
     * @param others files that it must not replace
     * @throws IllegalArgumentException if it is no place for a file
     * @throws IOException if no file can be made there
     */
    public void check(List<Path> others) throws IOException {
        if (Files.isDirectory(path)) {
            throw new IllegalArgumentException(path + ": it is a folder");
        }
        if (!Files.isDirectory(path.toAbsolutePath().normalize().resolveSibling(""))) {
            throw new IllegalArgumentException(path + ": there is no such folder");
        }
        for (Path other : others) {
            if (isSame(other)) {
                throw new IllegalArgumentException(path + ": the result would replace another file of this command");
            }
        }
        if (!isDevice()) {
            Files.delete(Files.createFile(unfinished(target())));
        }
    }

    /**
     * Writes the whole content.
     *
     * @throws IOException if it cannot be written; an earlier file remains then
     */
    public void write(byte[] content) throws IOException {
        if (isDevice()) {
            Path _ = Files.write(path, content);
            return;
        }
        Path target = target();
        Path unfinished = unfinished(target);
        try {
            Path _ = Files.move(
                    Files.write(unfinished, content),
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            boolean _ = Files.deleteIfExists(unfinished);
        }
    }

    private boolean isSame(Path other) throws IOException {
        boolean exist = Files.exists(path) && Files.exists(other);
        return exist
                ? Files.isSameFile(path, other)
                : path.toAbsolutePath()
                        .normalize()
                        .equals(other.toAbsolutePath().normalize());
    }

    private boolean isDevice() {
        return Files.exists(path) && !Files.isRegularFile(path);
    }

    /** What a link leads to. */
    private Path target() throws IOException {
        return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    }

    private static Path unfinished(Path target) {
        return target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".unfinished");
    }
}
