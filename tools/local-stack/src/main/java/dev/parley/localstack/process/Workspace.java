package dev.parley.localstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directories of the data and the logs of processes.
 *
 * @param data deleted by {@link #forgetData()}
 */
public record Workspace(Path data, Path logs) {
    /** A new one below {@code target/}, for a test. */
    public static Workspace fresh(String purpose) {
        try {
            Path all = Files.createDirectories(Path.of("target", "local-stack").toAbsolutePath());
            return in(Files.createTempDirectory(all, purpose + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a directory below target/", e);
        }
    }

    public static Workspace in(Path directory) {
        return new Workspace(directory.resolve("data"), directory.resolve("logs"));
    }

    public Path data(ProcessName name) {
        return data.resolve(name.toString());
    }

    public Path log(ProcessName name) {
        return logs.resolve(name + ".log");
    }

    /** An empty directory, which exists once a process was started: for programs that read the secrets of the machine by default. */
    public Path noSecrets() {
        return data.resolve("no-secrets");
    }

    /** Renames the log of an earlier start, replacing the one before it. */
    public void keepPreviousLog(ProcessName name) {
        if (!Files.exists(log(name))) {
            return;
        }
        try {
            Files.move(log(name), logs.resolve(name + ".previous.log"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot move " + log(name) + ": " + e, e);
        }
    }

    /**
     * Deletes the data, and keeps the logs.
     *
     * @throws IllegalStateException if the data, or that of a process, is behind a symbolic link: what else is there is not
     *     known. Nothing is deleted then.
     */
    public void forgetData() {
        refuseLinks();
        delete(data);
    }

    private void refuseLinks() {
        if (!Files.exists(data, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data, 1)) {
            Optional<Path> link = files.filter(Files::isSymbolicLink).findFirst();
            if (link.isPresent()) {
                throw new IllegalStateException(link.get() + " is a link to " + Files.readSymbolicLink(link.get())
                        + ", and nothing is deleted: delete the data there by hand");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data + ": " + e, e);
        }
    }

    /** Deletes a directory with all that is in it, if it exists. */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory + ": " + e, e);
        }
    }
}
