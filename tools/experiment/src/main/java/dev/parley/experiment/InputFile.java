package dev.parley.experiment;

import dev.parley.replay.selection.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that the command line names. */
final class InputFile {
    private InputFile() {}

    /** Its bytes, or a {@link UsageException}. */
    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e);
        }
    }
}
