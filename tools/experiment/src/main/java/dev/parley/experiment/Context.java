package dev.parley.experiment;

import dev.parley.eventlog.KafkaConnection;
import dev.parley.eventlog.process.Variables;
import dev.parley.experiment.claude.ClaudeClient;
import dev.parley.replay.kafka.BrokerOptions;
import dev.parley.replay.kafka.TopicReader;
import dev.parley.replay.output.Progress;
import dev.parley.replay.output.Terminal;
import dev.parley.replay.selection.UsageException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** What every command takes from its surroundings: the log, Claude, the clock and the terminal. */
final class Context {
    private static final URI ANTHROPIC = URI.create("https://api.anthropic.com");

    private final Clock clock = Clock.systemUTC();
    private final Map<String, String> environment = System.getenv();

    @Mixin
    private final BrokerOptions brokers = new BrokerOptions();

    /** Of the command that has this mixin. */
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    ParseResult parsed() {
        return command.commandLine().getParseResult();
    }

    Clock clock() {
        return clock;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }

    KafkaConnection kafka() {
        return brokers.connection(environment);
    }

    TopicReader reader() {
        return TopicReader.connect(kafka(), IsolationLevel.READ_COMMITTED);
    }

    /** A client that makes a call so often until it is answered or finally refused. */
    ClaudeClient claude(int callsMax) {
        Map<String, String> variables = Variables.of(environment);
        String key = variables.getOrDefault("ANTHROPIC_API_KEY", "");
        if (key.isBlank()) {
            throw new UsageException("ANTHROPIC_API_KEY is not set: experiments call Claude with the operator's key");
        }
        String address = variables.getOrDefault("ANTHROPIC_BASE_URL", "").strip();
        return new ClaudeClient(address.isEmpty() ? ANTHROPIC : http(address), key, callsMax);
    }

    static URI http(String address) {
        try {
            URI http = new URI(address);
            if (http.getHost() == null || !List.of("http", "https").contains(String.valueOf(http.getScheme()))) {
                throw new URISyntaxException(address, "no scheme or no host");
            }
            return http;
        } catch (URISyntaxException e) {
            throw new UsageException("ANTHROPIC_BASE_URL is not an http address: " + e.getMessage());
        }
    }

    void say(String line) {
        err().println(line);
        err().flush();
    }

    Progress progress(String experiment, long trials) {
        return new Progress(err(), Terminal.ERROR.isTerminal(), clock, experiment, trials);
    }
}
