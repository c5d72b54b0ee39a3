package dev.parley.localstack.cli;

import dev.parley.localstack.gateway.GatewayClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code keys}: creates, shows, changes, rotates and revokes the keys of a gateway's clients, and shows their usage. */
@Command(
        name = "keys",
        description = "Create, list, change, rotate and revoke the keys of clients, and show what they used.",
        synopsisSubcommandLabel = "COMMAND")
record Keys(CommandContext context) {
    private static final Duration COUNTED_WITHIN = Duration.ofMinutes(1);

    @Command(description = "Create a key, which is shown once. What has no limit is unlimited.")
    int create(
            @Option(names = "--tenant", required = true, description = "The tenant that owns it.") String tenant,
            @Option(names = "--name", required = true, description = "Its name.") String name,
            @Mixin KeyOptions options) {
        Map<String, @Nullable Object> limits = options.limits();
        limits.values().removeIf(Objects::isNull);
        Map<String, @Nullable Object> key =
                new LinkedHashMap<>(Map.of("tenant", tenant, "name", name, "limits", limits));
        key.putAll(options.others());
        key.values().removeIf(Objects::isNull);
        return with(gateway -> showSecret(gateway.keys("POST", "", key)));
    }

    @Command(description = "List the keys, including revoked ones.")
    int list(@Option(names = "--json", description = "A JSON document.") boolean json) {
        return with(gateway -> {
            JsonNode keys = gateway.keys("GET", "", Map.of());
            if (json) {
                context.sayJson(keys);
                return;
            }
            if (keys.path("keys").isEmpty()) {
                context.complain("No key was issued. Those that are configured are not listed.");
            }
            keys.path("keys").forEach(key -> context.say(line(key)));
        });
    }

    @Command(description = "Show a key, and what it has spent if it has a budget.")
    int show(@Parameters(paramLabel = "ID") String id) {
        return with(gateway -> context.sayJson(gateway.keys("GET", path(id), Map.of())));
    }

    @Command(
            description = "Change the name or the limits of a key, from its next request on. Options that are not"
                    + " given change nothing.")
    int update(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--name", description = "Its new name.") Optional<String> name,
            @Mixin KeyOptions options) {
        Map<String, @Nullable Object> change = new LinkedHashMap<>();
        name.ifPresent(wanted -> change.put("name", wanted));
        if (!options.limits().isEmpty()) {
            change.put("limits", options.limits());
        }
        change.putAll(options.others());
        if (change.isEmpty()) {
            context.complain("No change is given: ./parley keys update --help");
            return ExitCode.USAGE;
        }
        return with(gateway -> context.say(line(gateway.keys("PATCH", path(id), change))));
    }

    @Command(description = "Give a key another secret, which is shown once.")
    int rotate(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--overlap",
                            paramLabel = "DURATION",
                            defaultValue = "PT0S",
                            description = "How long the old secret remains valid, such as PT1H.")
                    Duration overlap) {
        return with(gateway -> showSecret(gateway.keys("POST", path(id) + "/rotate?overlap=" + overlap, Map.of())));
    }

    @Command(
            description =
                    "Show what keys have used and saved, as CSV: by default in this month by tenant, key and model.")
    int usage(
            @Option(names = "--tenant", description = "Of one tenant.") Optional<String> tenant,
            @Option(names = "--key", paramLabel = "ID", description = "Of one key.") Optional<String> key,
            @Option(names = "--model", description = "Of one model.") Optional<String> model,
            @Option(names = "--from", paramLabel = "DAY", description = "The first UTC day, such as 2026-11-01.")
                    Optional<String> from,
            @Option(names = "--to", paramLabel = "DAY", description = "The last UTC day.") Optional<String> to,
            @Option(
                            names = "--by",
                            defaultValue = "tenant,key,model",
                            description = "What rows are told apart by: day, tenant, key, model.")
                    String by,
            @Option(names = "--json", description = "A JSON document.") boolean json) {
        Map<String, String> parameters = new LinkedHashMap<>(Map.of("group_by", by, "limit", "10000"));
        tenant.ifPresent(value -> parameters.put("tenant", value));
        key.ifPresent(value -> parameters.put("key", value));
        model.ifPresent(value -> parameters.put("model", value));
        from.ifPresent(value -> parameters.put("from", value));
        to.ifPresent(value -> parameters.put("to", value));
        String query = parameters.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + GatewayClient.encode(parameter.getValue()))
                .collect(Collectors.joining("&", "?", ""));
        return with(gateway -> {
            JsonNode usage = gateway.usage(query);
            complainOfMissing(usage.path("counted_until"));
            if (json) {
                context.sayJson(usage);
            } else if (usage.path("rows").isEmpty()) {
                context.complain("Nothing was used. Keys of the gateway's configuration are not counted.");
            } else {
                context.say(String.join(",", usage.path("rows").path(0).propertyNames()));
                usage.path("rows")
                        .forEach(row ->
                                context.say(row.valueStream().map(Keys::cell).collect(Collectors.joining(","))));
            }
        });
    }

    /** Warns of turns that are not counted yet. A gateway of an earlier release does not tell. */
    private void complainOfMissing(JsonNode countedUntil) {
        if (countedUntil.isNull()) {
            context.complain("Not all turns are counted yet: the amounts may be too low.");
        }
        countedUntil
                .stringValueOpt()
                .filter(time -> Instant.parse(time).isBefore(Instant.now().minus(COUNTED_WITHIN)))
                .ifPresent(time -> context.complain("Turns since " + time + " may not be counted yet."));
    }

    /** A value for CSV (RFC 4180). */
    private static String cell(JsonNode value) {
        String text =
                value.isNumber() ? value.decimalValue().stripTrailingZeros().toPlainString() : value.asString("");
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Command(description = "Revoke a key permanently, on every gateway within seconds.")
    int revoke(@Parameters(paramLabel = "ID") String id) {
        return with(gateway -> context.say("Revoked at "
                + gateway.keys("DELETE", path(id), Map.of()).path("revoked_at").asString("") + "."));
    }

    private int with(Consumer<GatewayClient> action) {
        try (GatewayClient gateway = context.gatewayOfOperators()) {
            action.accept(gateway);
            return ExitCode.OK;
        }
    }

    private void showSecret(JsonNode key) {
        context.say(key.path("key").asString(""));
        context.complain("This is " + key.path("id").asString("") + ", shown this once.");
    }

    private static String path(String id) {
        return "/" + GatewayClient.encode(id);
    }

    private static String line(JsonNode key) {
        List<String> cells = new ArrayList<>(List.of(
                key.path("id").asString(""),
                key.path("tenant").asString(""),
                key.path("name").asString("")));
        if (key.has("revoked_at")) {
            cells.add("revoked " + key.path("revoked_at").asString(""));
        } else {
            cells.add(key.path("limits").toString());
            key.path("expires_at").stringValueOpt().ifPresent(end -> cells.add(expiry(end)));
        }
        return String.join("  ", cells);
    }

    private static String expiry(String end) {
        return (Instant.parse(end).isAfter(Instant.now()) ? "expires " : "expired ") + end;
    }
}
