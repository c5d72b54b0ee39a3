package dev.parley.localstack.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The description of one process: how it is started, and what it needs.
 *
 * @param environment added to the environment of this process
 * @param directory its working directory
 * @param build identifies the build of the application of Parley that it runs; empty for other programs
 * @param log the file that its output is appended to
 * @param preparation creates what has to be on the disk; runs before every start
 * @param readiness whether it can be used now; takes at most a few seconds
 * @param readyWithin the longest time from its start until it is ready
 * @param needs names of the processes, and of other steps of a start, that have to be ready before it starts
 * @param ports every port that it listens on, its own first
 * @param managementPort the port of its health and metrics; empty if it is not a service of Parley
 * @param isBehindOthers whether its work can wait for that of the others, while the processors are busy
 */
public record ProcessSpec(
        ProcessName name,
        List<String> command,
        Map<String, String> environment,
        Path directory,
        Optional<String> build,
        Path log,
        Preparation preparation,
        BooleanSupplier readiness,
        Duration readyWithin,
        Set<String> needs,
        List<Port> ports,
        OptionalInt managementPort,
        boolean isBehindOthers) {
    /** Variables that no process inherits: credentials, and the addresses that they are for. */
    private static final Set<String> NOT_INHERITED = Set.of(
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_AUTH_TOKEN",
            "ANTHROPIC_BASE_URL",
            "AWS_PROFILE",
            "AWS_SESSION_TOKEN",
            "PARLEY_REDIS_CA_FILE",
            "PARLEY_SECRETS");

    /** Nor these: how to connect to the brokers of another system. */
    private static final String PREFIX_NOT_INHERITED = "PARLEY_KAFKA_PROPERTIES_";

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    /**
     * A port that a process listens on.
     *
     * @param variable the environment variable that moves it
     */
    public record Port(int number, String variable) {}

    /** An idempotent action on the disk. */
    public interface Preparation {
        void prepare() throws IOException;
    }

    public static Builder builder(ProcessName name, List<String> command, Path log) {
        return new Builder(name, command, log);
    }

    /** The port that its clients use. */
    public int port() {
        return ports.getFirst().number();
    }

    /** Makes the environment of the process of the one that it would inherit. */
    void complete(Map<String, String> inherited) {
        inherited.keySet().removeIf(name -> NOT_INHERITED.contains(name) || name.startsWith(PREFIX_NOT_INHERITED));
        inherited.putAll(environment);
    }

    /** A process in the working directory of this one, ready at once and within a minute, unless told otherwise. */
    public static final class Builder {
        private final ProcessName name;
        private final List<String> command;
        private final Path log;
        private final List<Port> ports = new ArrayList<>();
        private Map<String, String> environment = Map.of();
        private Path directory = Path.of("").toAbsolutePath();
        private Optional<String> build = Optional.empty();
        private Preparation preparation = () -> {};
        private BooleanSupplier readiness = () -> true;
        private Duration readyWithin = READY_WITHIN;
        private Set<String> needs = Set.of();
        private OptionalInt managementPort = OptionalInt.empty();
        private boolean isBehindOthers;

        private Builder(ProcessName name, List<String> command, Path log) {
            this.name = name;
            this.command = command;
            this.log = log;
        }

        public Builder environment(Map<String, String> variables) {
            environment = Map.copyOf(variables);
            return this;
        }

        public Builder directory(Path workingDirectory) {
            directory = workingDirectory;
            return this;
        }

        /** For an application of Parley, in a directory that is named after its build. */
        public Builder directoryOfBuild(Path workingDirectory) {
            build = Optional.of(workingDirectory.getFileName().toString());
            return directory(workingDirectory);
        }

        public Builder preparation(Preparation beforeEachStart) {
            preparation = beforeEachStart;
            return this;
        }

        public Builder readiness(BooleanSupplier probe) {
            readiness = probe;
            return this;
        }

        public Builder readiness(BooleanSupplier probe, Duration within) {
            readiness = probe;
            readyWithin = within;
            return this;
        }

        public Builder needs(Set<String> programs) {
            needs = Set.copyOf(programs);
            return this;
        }

        public Builder port(int number, String variable) {
            ports.add(new Port(number, variable));
            return this;
        }

        public Builder managementPort(int number) {
            managementPort = OptionalInt.of(number);
            return this;
        }

        public Builder behindOthers(boolean canWait) {
            isBehindOthers = canWait;
            return this;
        }

        public ProcessSpec build() {
            return new ProcessSpec(
                    name,
                    List.copyOf(command),
                    environment,
                    directory,
                    build,
                    log,
                    preparation,
                    readiness,
                    readyWithin,
                    needs,
                    List.copyOf(ports),
                    managementPort,
                    isBehindOthers);
        }
    }
}
