package dev.parley.eventlog.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The variables of a process: those of its environment, and the files of one directory, each named as its variable. So a
 * secret can be a file, as Kubernetes mounts it, in every program of Parley. Spring reads the same directory for the services'
 * {@code application.yaml}.
 */
public final class Variables {
    public static final String DIRECTORY = "PARLEY_SECRETS";

    static final int FILE_BYTES_MAX = 64 * 1024;

    private static final Path DEFAULT_DIRECTORY = Path.of("/etc/parley/secrets");
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]*");

    private Variables() {}

    /**
     * The environment with the variables of the directory, which need not exist by its default name.
     *
     * @throws IllegalArgumentException if a file cannot be used, or if a variable is set both ways
     */
    public static Map<String, String> of(Map<String, String> environment) {
        String named = environment.getOrDefault(DIRECTORY, "");
        Path directory = named.isEmpty() ? DEFAULT_DIRECTORY : Path.of(named);
        if (!Files.isDirectory(directory)) {
            if (named.isEmpty()) {
                return environment;
            }
            throw new IllegalArgumentException(DIRECTORY + "=" + named + " is not a directory");
        }
        Map<String, String> all = new HashMap<>(environment);
        for (Path file : files(directory)) {
            String name = file.getFileName().toString();
            if (all.put(name, content(file)) != null) {
                throw new IllegalArgumentException(name + " is set twice: in the environment and by " + file);
            }
        }
        return all;
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry ->
                            NAME.matcher(entry.getFileName().toString()).matches() && Files.isRegularFile(entry))
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(directory + " cannot be read: " + e, e);
        }
    }

    /** Without the line break at its end, which editors add. */
    private static String content(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
            if (bytes.length > FILE_BYTES_MAX) {
                throw new IllegalArgumentException(file + " has more than " + FILE_BYTES_MAX + " bytes");
            }
            return new String(bytes, UTF_8).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be read: " + e, e);
        }
    }
}
