package dev.parley.localstack.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How one process is started.
 *
 * @param environment what it gets beside the environment of this process
 * @param withheld variables of this process that it must not see
 * @param log where its output goes
 * @param readyWithin how long it may take from its start until it is ready
 * @param yields whether it gets the processor only when nobody else wants it, or nearly so: nobody waits for what it does
 * @param directory its working directory
 */
public record PartPlan(
        PartName name,
        List<String> command,
        Map<String, String> environment,
        Set<String> withheld,
        Path log,
        Preparation preparation,
        Readiness readiness,
        Duration readyWithin,
        boolean yields,
        Path directory) {
    /** Variables that no process inherits; who needs one is given it. Some name a secret, some whom to use it with. */
    public static final Set<String> SECRETS = Set.of(
            "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN");

    public PartPlan {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        withheld = Set.copyOf(withheld);
    }

    /** A process in the working directory of this one. */
    public PartPlan(
            PartName name,
            List<String> command,
            Map<String, String> environment,
            Set<String> withheld,
            Path log,
            Preparation preparation,
            Readiness readiness,
            Duration readyWithin,
            boolean yields) {
        this(
                name,
                command,
                environment,
                withheld,
                log,
                preparation,
                readiness,
                readyWithin,
                yields,
                Path.of("").toAbsolutePath());
    }
}
