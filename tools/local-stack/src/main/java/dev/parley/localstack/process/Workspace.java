package dev.parley.localstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where processes keep their data and their logs.
 *
 * @param data forgotten by {@link #forgetData()}
 * @param logs kept
 */
public record Workspace(Path data, Path logs) {
    /** A new one below {@code target/}, for a test. */
    public static Workspace fresh(String purpose) {
        try {
            Path all = Files.createDirectories(Path.of("target", "local-stack").toAbsolutePath());
            return in(Files.createTempDirectory(all, purpose + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory below target/", e);
        }
    }

    public static Workspace in(Path directory) {
        return new Workspace(directory.resolve("data"), directory.resolve("logs"));
    }

    public Path data(PartName part) {
        return data.resolve(part.toString());
    }

    public Path log(PartName part) {
        return logs.resolve(part + ".log");
    }

    /** Moves the log of an earlier start aside, where the one before it is forgotten. */
    public void keepPreviousLog(PartName part) {
        if (!Files.exists(log(part))) {
            return;
        }
        try {
            Files.move(log(part), logs.resolve(part + ".previous.log"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move " + log(part), e);
        }
    }

    /** Deletes the data; the logs stay, for whoever asks what happened. */
    public void forgetData() {
        if (!Files.exists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + data, e);
        }
    }
}
