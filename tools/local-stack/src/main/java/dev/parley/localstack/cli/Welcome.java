package dev.parley.localstack.cli;

import dev.parley.localstack.stack.ClaudeAddress;
import dev.parley.localstack.stack.RunningPart;
import dev.parley.localstack.stack.StackPlan;
import dev.parley.localstack.stack.StackSettings;
import java.util.List;

/** The addresses of a running system, and a line to try. */
final class Welcome {
    private Welcome() {}

    static void show(Console console, List<RunningPart> parts, StackSettings settings, boolean foreground) {
        console.say("");
        for (RunningPart part : parts) {
            console.say(String.format("  %-22s %s", part.partName(), address(part)));
        }
        console.say("");
        console.say("  " + claude(settings.claude()));
        console.say("  The key is " + StackPlan.LOCAL_KEY + ". Logs are in .parley/logs.");
        console.say("");
        parts.stream()
                .filter(part -> part.name().equals("gateway-service"))
                .findFirst()
                .ifPresent(gateway -> console.say("Chat:  http://127.0.0.1:" + gateway.port()));
        parts.stream()
                .filter(part -> part.name().equals("pulse"))
                .findFirst()
                .ifPresent(pulse -> console.say("Pulse: http://127.0.0.1:" + pulse.port() + "/pulse"));
        console.say("Try:   ./parley ask \"Why is the sky blue?\"");
        console.say("Stop:  " + (foreground ? "Ctrl-C" : "./parley down"));
    }

    private static String address(RunningPart part) {
        String address = "127.0.0.1:" + part.port();
        return switch (part.name()) {
            case "kafka" -> address;
            case "redis" -> "redis://" + address;
            case "gateway-service" ->
                "http://" + address + "   metrics http://127.0.0.1:"
                        + part.managementPort().orElse(part.port()) + "/actuator/prometheus";
            case "pulse" -> "http://" + address + "/pulse";
            case "cache-service", "inference-service", "persistence-worker" ->
                "http://" + address + "/actuator/prometheus";
            default -> "http://" + address;
        };
    }

    private static String claude(ClaudeAddress claude) {
        return switch (claude) {
            case ClaudeAddress.Simulated() ->
                "Claude is simulated. For the real one, set ANTHROPIC_API_KEY before ./parley up.";
            case ClaudeAddress.Anthropic(String apiKey) -> "Claude answers: ANTHROPIC_API_KEY is set.";
            case ClaudeAddress.Other(String baseUrl, String apiKey) -> "Answers come from " + baseUrl + ".";
        };
    }
}
