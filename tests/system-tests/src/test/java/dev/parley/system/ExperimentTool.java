package dev.parley.system;

import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialCodec;
import dev.parley.contracts.trial.TrialEvent;
import dev.parley.localstack.LocalStack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The program behind {@code ./parley experiment} and {@code ./parley router}, and what it writes to the log. */
record ExperimentTool(JavaProgram program, TopicReader topics) {
    /** A program that writes its files into a directory. */
    ExperimentTool(LocalStack stack, Path directory) {
        this(
                JavaProgram.ofTool(
                        "experiment",
                        directory,
                        Map.of(
                                "PARLEY_KAFKA_BOOTSTRAP_SERVERS", stack.kafka(),
                                "ANTHROPIC_BASE_URL", stack.simulator().toString(),
                                "ANTHROPIC_API_KEY", "simulated")),
                new TopicReader(stack.kafka()));
    }

    /** The events of an experiment so far. */
    List<TrialEvent> trials(String experiment) {
        return topics.all(Topics.TRIALS.name()).stream()
                .map(event -> TrialCodec.decode(event.headers(), event.value()))
                .filter(event -> event.experiment().equals(experiment))
                .toList();
    }
}
