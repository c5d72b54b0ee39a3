package dev.parley.simulator;

import dev.parley.simulator.answer.Wish;
import dev.parley.simulator.endpoint.AnswerDefaults;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every knob of the process.
 *
 * @param address where it listens
 * @param port 0 for any that is free
 * @param eventLoops threads that serve connections
 * @param streamsPerConnection how many streams a client may have open on one HTTP/2 connection
 * @param furtherModels names to list besides the known ones
 */
public record SimulatorSettings(
        String address,
        int port,
        int eventLoops,
        int streamsPerConnection,
        AnswerDefaults answers,
        List<String> furtherModels) {

    public SimulatorSettings {
        furtherModels = List.copyOf(furtherModels);
    }

    /**
     * The settings of an environment, with defaults for what it does not say.
     *
     * @throws IllegalArgumentException if a variable's value is none for it; the message names both
     */
    public static SimulatorSettings from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        int tokens = variables.number("PARLEY_SIMULATOR_TOKENS", 0, 0, 99_999);
        return new SimulatorSettings(
                environment.getOrDefault("PARLEY_SIMULATOR_ADDRESS", "127.0.0.1"),
                variables.number("PARLEY_SIMULATOR_PORT", 8090, 0, 65_535),
                variables.number("PARLEY_SIMULATOR_EVENT_LOOPS", 2, 1, 64),
                variables.number("PARLEY_SIMULATOR_STREAMS_PER_CONNECTION", 100, 1, 100_000),
                new AnswerDefaults(
                        Duration.ofMillis(variables.number("PARLEY_SIMULATOR_FIRST_TOKEN_MS", 450, 0, 9_999_999)),
                        variables.number("PARLEY_SIMULATOR_TOKENS_PER_SECOND", 70, 0, 999_999),
                        Duration.ofMillis(variables.number("PARLEY_SIMULATOR_PING_MS", 10_000, 1, 9_999_999)),
                        tokens == 0 ? new Wish.Anything() : new Wish.Length(tokens)),
                Arrays.stream(environment
                                .getOrDefault("PARLEY_SIMULATOR_MODELS", "")
                                .split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    private record Variables(Map<String, String> environment) {
        int number(String name, int otherwise, int least, int most) {
            String text = environment.getOrDefault(name, "").strip();
            if (text.isEmpty()) {
                return otherwise;
            }
            if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
                throw new IllegalArgumentException(
                        name + " is a whole number from " + least + " to " + most + ", not \"" + text + "\"");
            }
            return Integer.parseInt(text);
        }
    }
}
