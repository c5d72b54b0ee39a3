package dev.parley.simulator;

import dev.parley.simulator.answer.Grading;
import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import java.io.File;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The settings of the process.
 *
 * @param address where it listens
 * @param port 0 for any free port
 * @param tls a second port, with TLS
 * @param defaults for requests whose directives do not set the pace or the length of the answer
 * @param grading how often models and the judge are right
 * @param realThinking whether models that think by default do so, and bind the blocks to what was before them
 */
public record SimulatorSettings(
        String address, int port, Optional<Tls> tls, Directives defaults, Grading grading, boolean realThinking) {

    /**
     * A port with TLS, and ALPN for HTTP/2.
     *
     * @param keys a file with the private key and the certificate, in PEM
     */
    public record Tls(int port, File keys) {}

    /**
     * The settings of an environment, with defaults for missing variables.
     *
     * @throws IllegalArgumentException if a value is invalid; the message names it and the variable
     */
    public static SimulatorSettings from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        return new SimulatorSettings(
                environment.getOrDefault("PARLEY_SIMULATOR_ADDRESS", "127.0.0.1"),
                variables.number("PARLEY_SIMULATOR_PORT", 8090, 0, 65_535),
                tls(environment, variables),
                defaults(variables),
                grading(variables),
                variables.read("PARLEY_SIMULATOR_THINKING", "off", SimulatorSettings::isReal));
    }

    private static Optional<Tls> tls(Map<String, String> environment, Variables variables) {
        return Optional.ofNullable(environment.get("PARLEY_SIMULATOR_TLS_KEYS"))
                .filter(file -> !file.isBlank())
                .map(file -> new Tls(variables.number("PARLEY_SIMULATOR_TLS_PORT", 8091, 0, 65_535), new File(file)));
    }

    private static Grading grading(Variables variables) {
        return new Grading(
                variables.read("PARLEY_SIMULATOR_CURVES", "", Grading::parseCurves),
                variables.read("PARLEY_SIMULATOR_JUDGE_ERROR", "0", Double::parseDouble),
                variables.number("PARLEY_SIMULATOR_SEED", 1, 0, 999_999_999));
    }

    private static boolean isReal(String text) {
        return switch (text) {
            case "off" -> false;
            case "real" -> true;
            default -> throw new IllegalArgumentException("it is off or real");
        };
    }

    private static Directives defaults(Variables variables) {
        int firstToken = variables.number("PARLEY_SIMULATOR_FIRST_TOKEN_MS", 450, 0, 9_999_999);
        int tokensPerSecond = variables.number("PARLEY_SIMULATOR_TOKENS_PER_SECOND", 70, 0, 999_999);
        int ping = variables.number("PARLEY_SIMULATOR_PING_MS", 10_000, 1, 9_999_999);
        int tokens = variables.number("PARLEY_SIMULATOR_TOKENS", 0, 0, 99_999);
        Map<Directive, String> values = new EnumMap<>(Directive.class);
        values.put(Directive.FIRST_TOKEN_MS, Integer.toString(firstToken));
        values.put(Directive.TOKENS_PER_SECOND, Integer.toString(tokensPerSecond));
        values.put(Directive.PING_MS, Integer.toString(ping));
        if (tokens > 0) {
            values.put(Directive.TOKENS, Integer.toString(tokens));
        }
        return new Directives(values);
    }

    private record Variables(Map<String, String> environment) {
        <T> T read(String name, String defaultValue, Function<String, T> reader) {
            String text = environment.getOrDefault(name, defaultValue);
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + " cannot be \"" + text + "\": " + e.getMessage(), e);
            }
        }

        int number(String name, int defaultValue, int min, int max) {
            String text = environment.getOrDefault(name, "").strip();
            if (text.isEmpty()) {
                return defaultValue;
            }
            if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
                throw new IllegalArgumentException(
                        name + " is a whole number from " + min + " to " + max + ", not \"" + text + "\"");
            }
            return Integer.parseInt(text);
        }
    }
}
