package dev.parley.localstack.cli;

import dev.parley.localstack.stack.ClaudeAddress;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackPlan;
import java.util.List;

/** The addresses of a running system, and what to try. */
final class StartupMessage {
    private StartupMessage() {}

    static void print(
            CommandContext context, List<StackFile.Entry> processes, ClaudeAddress claude, boolean foreground) {
        context.say("");
        for (StackFile.Entry process : processes) {
            context.say(String.format("  %-22s %s", process.processName(), address(process)));
        }
        context.say("");
        context.say("  " + describe(claude));
        context.say("  The key is " + StackPlan.LOCAL_KEY + ". Logs are in .parley/logs.");
        context.say("");
        for (StackFile.Entry process : processes) {
            switch (process.processName().toString()) {
                case "gateway-service-0" -> context.say("Chat:  http://127.0.0.1:" + process.port());
                case "varnish-0" -> context.say("Edge:  http://127.0.0.1:" + process.port());
                case "prometheus-0" -> context.say("Alerts: http://127.0.0.1:" + process.port() + "/alerts");
                case "pulse-0" -> context.say("Pulse: http://127.0.0.1:" + process.port() + "/pulse");
                default -> {}
            }
        }
        context.say("Try:   ./parley ask \"Why is the sky blue?\"");
        context.say("Stop:  " + (foreground ? "Ctrl-C" : "./parley down"));
    }

    private static String address(StackFile.Entry process) {
        String address = "127.0.0.1:" + process.port();
        return switch (process.name()) {
            case "kafka" -> address;
            case "redis" -> "redis://" + address;
            case "gateway-service" ->
                "http://" + address + "   metrics http://127.0.0.1:"
                        + process.managementPort().orElse(process.port()) + "/actuator/prometheus";
            case "pulse" -> "http://" + address + "/pulse";
            case "cache-service", "inference-service", "persistence-worker" ->
                "http://" + address + "/actuator/prometheus";
            default -> "http://" + address;
        };
    }

    private static String describe(ClaudeAddress claude) {
        return switch (claude) {
            case ClaudeAddress.Simulated() ->
                "Claude is simulated. For the real one, set ANTHROPIC_API_KEY before ./parley up.";
            case ClaudeAddress.Anthropic(String apiKey) -> "Claude answers: ANTHROPIC_API_KEY is set.";
            case ClaudeAddress.Other(String baseUrl, String apiKey) -> "Answers come from " + baseUrl + ".";
        };
    }
}
