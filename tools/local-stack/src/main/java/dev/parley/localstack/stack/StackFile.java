package dev.parley.localstack.stack;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.ReadinessProbes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The processes that {@code up} has started, in {@code .parley/stack.json}, which outlives the command. A command that
 * changes it holds the lock beside it.
 */
public final class StackFile {
    public static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    static final Duration LOCKED_WITHIN = Duration.ofMinutes(10);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private final Path file;

    /** Guarded by this. */
    private final List<Entry> entries;

    /**
     * A process that was started, and may have ended since.
     *
     * @param started distinguishes it from a later process with the same pid
     * @param claude which Claude it was started to call; empty if it calls none, or an earlier Parley has started it
     * @param claudeKey distinguishes the key that it calls Claude with: a hash, salted with its start; empty with {@code claude}
     * @param build as in its description; also empty if an earlier Parley has started it, which counts as the present build
     * @param ports every port that it listens on, by the variable that moves it; empty if an earlier Parley has started it
     */
    public record Entry(
            String name,
            int replica,
            long pid,
            String started,
            int port,
            OptionalInt managementPort,
            String log,
            Optional<String> claude,
            Optional<String> claudeKey,
            Optional<String> build,
            @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, Integer> ports) {
        public static Entry of(ProcessSpec spec, OsProcess process) {
            Optional<String> claude = ClaudeAddress.calledWith(spec.environment());
            return new Entry(
                    spec.name().name(),
                    spec.name().replica(),
                    process.pid(),
                    process.started(),
                    spec.port(),
                    spec.managementPort(),
                    spec.log().toString(),
                    claude,
                    claude.map(_ -> ClaudeAddress.keyHash(spec.environment(), process.started())),
                    spec.build(),
                    spec.ports().stream().collect(toMap(ProcessSpec.Port::variable, ProcessSpec.Port::number)));
        }

        public ProcessName processName() {
            return new ProcessName(name, replica);
        }

        /** Only services have a management port. */
        public boolean service() {
            return managementPort.isPresent();
        }

        public OsProcess process() {
            return new OsProcess(pid, started);
        }

        /** Whether it runs another build than this description of it. */
        public boolean outdated(ProcessSpec spec) {
            return spec.name().equals(processName()) && build.isPresent() && !build.equals(spec.build());
        }

        public boolean alive() {
            return process().alive();
        }

        /** Takes up to a few seconds if the process does not answer. */
        public boolean ready() {
            return alive()
                    && ReadinessProbes.of(processName(), port, managementPort.orElse(port))
                            .getAsBoolean();
        }
    }

    private StackFile(Path file, List<Entry> entries) {
        this.file = file;
        this.entries = new ArrayList<>(entries);
    }

    /** Reads the file of this directory, if there is one. */
    public static StackFile in(Path directory) {
        Path file = directory.resolve("stack.json");
        if (!Files.exists(file)) {
            return new StackFile(file, List.of());
        }
        try {
            return new StackFile(file, JSON.readValue(file, new TypeReference<List<Entry>>() {}));
        } catch (JacksonException e) {
            throw new IllegalStateException(
                    file + " cannot be read. Stop what ./parley has started by hand, then delete the file.", e);
        }
    }

    /**
     * Runs an action while no other command starts or stops processes.
     *
     * @param onWait called once if another command, or another thread of this one, holds the lock
     * @throws IllegalStateException if the other command holds the lock for more than ten minutes, which is longer than
     *     an {@code up} takes
     */
    public static <T> T locked(Path directory, Runnable onWait, Supplier<T> action) {
        try {
            Files.createDirectories(directory);
            try (FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // Released when the channel is closed.
                @Nullable FileLock lock = tryLock(channel);
                if (lock == null) {
                    onWait.run();
                }
                for (long tries = LOCKED_WITHIN.dividedBy(BETWEEN_TRIES); lock == null; tries--) {
                    if (tries == 0) {
                        throw new IllegalStateException("another ./parley has been starting or stopping processes for "
                                + LOCKED_WITHIN.toSeconds() + " s");
                    }
                    LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
                    lock = tryLock(channel);
                }
                return action.get();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + directory + ": " + e, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it.
            return null;
        }
    }

    /** By name and replica. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    public synchronized List<Entry> alive() {
        return entries.stream().filter(Entry::alive).toList();
    }

    /** Adds a process, in place of an earlier one of the same name. */
    public synchronized void add(Entry entry) {
        entries.removeIf(earlier -> earlier.processName().equals(entry.processName()));
        entries.add(entry);
        entries.sort(Comparator.comparing(Entry::name).thenComparingInt(Entry::replica));
        write();
    }

    public synchronized void removeEnded() {
        entries.removeIf(entry -> !entry.alive());
        write();
    }

    /** Without processes there is no file: none is left to write on a full disk. */
    private void write() {
        try {
            if (entries.isEmpty()) {
                Files.deleteIfExists(file);
                return;
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = file.resolveSibling(file.getFileName() + ".next");
            JSON.writerWithDefaultPrettyPrinter().writeValue(next, List.copyOf(entries));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | JacksonException e) {
            throw new IllegalStateException("cannot write " + file + ": " + e, e);
        }
    }
}
