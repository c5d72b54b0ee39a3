package dev.parley.localstack.cli;

import dev.parley.localstack.keys.AdminClient;
import dev.parley.localstack.keys.KeyChange;
import dev.parley.localstack.keys.KeyWish;
import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.stack.StackPlan;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code keys}: makes, shows, changes, rotates and revokes the keys of a gateway's clients. */
@Command(
        name = "keys",
        description = "Make, list, change, rotate and revoke the keys of clients.",
        synopsisSubcommandLabel = "COMMAND")
public final class Keys {
    private static final String LIMIT = "NUMBER|none";

    private final Checkout checkout;
    private final Map<String, String> environment;
    private final Console console;

    Keys(Checkout checkout, Map<String, String> environment, Console console) {
        this.checkout = checkout;
        this.environment = environment;
        this.console = console;
    }

    @Command(description = "Make a key. It is shown once. What is not limited is free.")
    int create(
            @Option(names = "--tenant", required = true, description = "Whose it is.") String tenant,
            @Option(names = "--name", required = true, description = "What to call it.") String name,
            @Option(names = "--models", split = ",", description = "Beginnings of the names of models it may ask.")
                    List<String> models,
            @Option(names = "--requests-per-minute") Optional<Long> requests,
            @Option(names = "--input-tokens-per-minute") Optional<Long> input,
            @Option(names = "--output-tokens-per-minute") Optional<Long> output,
            @Option(names = "--open-streams", description = "Answers open at once.") Optional<Long> streams,
            @Option(names = "--usd-per-day") Optional<BigDecimal> day,
            @Option(names = "--usd-per-month") Optional<BigDecimal> month,
            @Option(names = "--on-disconnect", description = "continue, cancel or grace.")
                    Optional<String> onDisconnect)
            throws InterruptedException {
        Map<String, Number> limits = new LinkedHashMap<>();
        requests.ifPresent(limit -> limits.put("requests_per_minute", limit));
        input.ifPresent(limit -> limits.put("input_tokens_per_minute", limit));
        output.ifPresent(limit -> limits.put("output_tokens_per_minute", limit));
        streams.ifPresent(limit -> limits.put("open_streams", limit));
        day.ifPresent(limit -> limits.put("usd_per_day", limit));
        month.ifPresent(limit -> limits.put("usd_per_month", limit));
        List<String> chosen = Optional.ofNullable(models).orElse(List.of());
        return with(admin -> showNew(admin.create(new KeyWish(tenant, name, chosen, limits, onDisconnect))));
    }

    @Command(description = "List the keys, revoked ones too.")
    int list(@Option(names = "--json", description = "One document, for programs.") boolean json)
            throws InterruptedException {
        return with(admin -> {
            JsonNode keys = admin.list();
            if (json) {
                console.say(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(keys));
                return;
            }
            List<JsonNode> all = new ArrayList<>();
            keys.path("keys").forEach(all::add);
            if (all.isEmpty()) {
                console.complain("No key was issued. Those that are configured are not listed.");
            }
            all.forEach(key -> console.say(line(key)));
        });
    }

    @Command(description = "Show a key, and what it has spent if it has a budget.")
    int show(@Parameters(paramLabel = "ID") String id) throws InterruptedException {
        return with(admin ->
                console.say(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(admin.show(id))));
    }

    @Command(
            description =
                    "Change what a key may be used for, from its next request on. What is not named stays as it is.")
    int update(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--name", description = "What to call it.") Optional<String> name,
            @Option(
                            names = "--models",
                            split = ",",
                            description = "Beginnings of the names of models it may ask; 'all' for all.")
                    List<String> models,
            @Option(names = "--requests-per-minute", paramLabel = LIMIT, converter = NewLimit.Converter.class)
                    Optional<NewLimit> requests,
            @Option(names = "--input-tokens-per-minute", paramLabel = LIMIT, converter = NewLimit.Converter.class)
                    Optional<NewLimit> input,
            @Option(names = "--output-tokens-per-minute", paramLabel = LIMIT, converter = NewLimit.Converter.class)
                    Optional<NewLimit> output,
            @Option(
                            names = "--open-streams",
                            paramLabel = LIMIT,
                            converter = NewLimit.Converter.class,
                            description = "Answers open at once.")
                    Optional<NewLimit> streams,
            @Option(names = "--usd-per-day", paramLabel = LIMIT, converter = NewLimit.Converter.class)
                    Optional<NewLimit> day,
            @Option(names = "--usd-per-month", paramLabel = LIMIT, converter = NewLimit.Converter.class)
                    Optional<NewLimit> month,
            @Option(names = "--on-disconnect", description = "continue, cancel or grace.")
                    Optional<String> onDisconnect)
            throws InterruptedException {
        Map<String, Optional<BigDecimal>> limits = new LinkedHashMap<>();
        requests.ifPresent(limit -> limits.put("requests_per_minute", limit.number()));
        input.ifPresent(limit -> limits.put("input_tokens_per_minute", limit.number()));
        output.ifPresent(limit -> limits.put("output_tokens_per_minute", limit.number()));
        streams.ifPresent(limit -> limits.put("open_streams", limit.number()));
        day.ifPresent(limit -> limits.put("usd_per_day", limit.number()));
        month.ifPresent(limit -> limits.put("usd_per_month", limit.number()));
        Optional<List<String>> chosen =
                Optional.ofNullable(models).map(some -> some.equals(List.of("all")) ? List.of() : some);
        KeyChange change = new KeyChange(name, chosen, limits, onDisconnect);
        if (change.isNone()) {
            console.complain("Name what is to change: ./parley keys update --help");
            return ExitCode.USAGE;
        }
        return with(admin -> console.say(line(admin.change(id, change))));
    }

    @Command(description = "Give a key another secret, which is shown once.")
    int rotate(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--overlap",
                            paramLabel = "DURATION",
                            defaultValue = "PT0S",
                            description = "How long the old secret stays good, such as PT1H.")
                    Duration overlap)
            throws InterruptedException {
        return with(admin -> showNew(admin.rotate(id, overlap)));
    }

    @Command(description = "End a key, for ever, on every gateway within seconds.")
    int revoke(@Parameters(paramLabel = "ID") String id) throws InterruptedException {
        return with(admin ->
                console.say("Revoked at " + admin.revoke(id).path("revoked_at").asString("") + "."));
    }

    private interface Action {
        void with(AdminClient admin) throws InterruptedException;
    }

    private int with(Action action) throws InterruptedException {
        String key = environment.getOrDefault("PARLEY_ADMIN_KEY", StackPlan.ADMIN_KEY);
        try (AdminClient admin = new AdminClient(GatewayAddress.of(checkout, environment), key)) {
            action.with(admin);
            return ExitCode.OK;
        }
    }

    private void showNew(JsonNode key) {
        console.say(key.path("key").asString(""));
        console.complain("This is " + key.path("id").asString("") + ", shown this once.");
    }

    private static String line(JsonNode key) {
        String state = key.has("revoked_at")
                ? "revoked " + key.path("revoked_at").asString("")
                : key.path("limits").toString();
        return String.join(
                "  ",
                key.path("id").asString(""),
                key.path("tenant").asString(""),
                key.path("name").asString(""),
                state);
    }
}
