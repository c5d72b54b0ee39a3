package dev.parley.localstack.stack;

import dev.parley.localstack.process.PartName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code up} has started, in {@code .parley/stack.json}: it outlives the process that started it. Whoever changes it
 * holds the {@link StackLock}.
 */
public final class StackFile {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final Path file;

    /** Guarded by this. */
    private final List<RunningPart> parts;

    private record Content(List<RunningPart> parts) {}

    private StackFile(Path file, List<RunningPart> parts) {
        this.file = file;
        this.parts = new ArrayList<>(parts);
    }

    /** Reads what was written, if anything was. */
    public static StackFile in(Path directory) {
        Path file = directory.resolve("stack.json");
        if (!Files.exists(file)) {
            return new StackFile(file, List.of());
        }
        try {
            return new StackFile(file, JSON.readValue(file, Content.class).parts());
        } catch (JacksonException e) {
            throw new IllegalStateException(
                    file + " cannot be read. Stop what ./parley has started by hand, then delete the file.", e);
        }
    }

    /** By name and replica. */
    public synchronized List<RunningPart> parts() {
        return List.copyOf(parts);
    }

    public synchronized List<RunningPart> alive() {
        return parts.stream().filter(RunningPart::alive).toList();
    }

    public synchronized Optional<RunningPart> find(PartName name) {
        return parts.stream().filter(part -> part.partName().equals(name)).findFirst();
    }

    /** Adds a process, in the place of an earlier one of the same name. */
    public synchronized void add(RunningPart part) {
        parts.removeIf(earlier -> earlier.partName().equals(part.partName()));
        parts.add(part);
        parts.sort(Comparator.comparing(RunningPart::name).thenComparingInt(RunningPart::replica));
        write();
    }

    /** Forgets all of it. */
    public synchronized void clear() {
        parts.clear();
        write();
    }

    private void write() {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = file.resolveSibling(file.getFileName() + ".next");
            JSON.writerWithDefaultPrettyPrinter().writeValue(next, new Content(List.copyOf(parts)));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
