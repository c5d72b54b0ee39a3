package dev.parley.deployment.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that these tests run in, found upwards from the working directory. */
public record Checkout(Path root) {
    /** The nearest directory at or above the working directory that contains {@code docker-compose.yml}. */
    public static Checkout here() {
        Path start = Path.of("").toAbsolutePath();
        return Stream.iterate(start, path -> path.getParent() != null, Path::getParent)
                .filter(path -> Files.exists(path.resolve("docker-compose.yml")))
                .findFirst()
                .map(Checkout::new)
                .orElseThrow(() -> new IllegalStateException("no docker-compose.yml at or above " + start));
    }

    public Path path(String relative) {
        return root.resolve(relative);
    }

    public boolean has(String relative) {
        return Files.exists(path(relative));
    }

    public String text(String relative) {
        try {
            return Files.readString(path(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All tracked and untracked files except ignored ones, as paths from the root with forward slashes. */
    public List<String> files() {
        return Tool.GIT
                .run(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
                .transform(names -> Stream.of(names.split("\0")))
                .filter(this::has)
                .sorted()
                .toList();
    }
}
