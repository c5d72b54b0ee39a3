package dev.parley.experiment;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.Variables;
import dev.parley.experiment.claude.ClaudeClient;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.output.Terminal;
import dev.parley.replay.selection.UsageException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.util.Map;

/** What a command takes from its surroundings. */
record Context(
        Map<String, String> environment, Clock clock, ConnectionOptions connection, PrintWriter out, PrintWriter err) {
    private static final URI ANTHROPIC = URI.create("https://api.anthropic.com");

    KafkaConnection kafka() {
        return connection.connection(environment);
    }

    TopicReader reader() {
        return connection.reader(environment, clock);
    }

    /** A client that makes a call so often until it is answered or finally refused. */
    ClaudeClient claude(int callsMax) {
        String key = Variables.of(environment).getOrDefault("ANTHROPIC_API_KEY", "");
        if (key.isBlank()) {
            throw new UsageException("ANTHROPIC_API_KEY is not set: experiments call Claude with the operator's key");
        }
        String address = environment.getOrDefault("ANTHROPIC_BASE_URL", "");
        return new ClaudeClient(address.isBlank() ? ANTHROPIC : URI.create(address), key, callsMax);
    }

    /** Tells the operator, on standard error. */
    void say(String line) {
        err.println(line);
        err.flush();
    }

    ProgressBar progress(String experiment, long trials) {
        return new ProgressBar(err, Terminal.ERROR.isTerminal(), experiment, trials, clock);
    }
}
