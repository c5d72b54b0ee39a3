package dev.parley.localstack.cli;

import dev.parley.contracts.id.GenerationId;
import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Redis;
import dev.parley.localstack.servers.Service;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code cache}: shows and removes cached answers. */
@Command(name = "cache", description = "Show and remove cached answers.", synopsisSubcommandLabel = "COMMAND")
record Cache(CommandContext context) {
    @Command(description = "Show what is cached of a generation. Reads Redis, not the gateway.")
    int show(@Parameters(paramLabel = "GENERATION") String generation) throws IOException {
        ProcessBuilder report = Service.CACHE.program(
                context.checkout(),
                "dev.parley.answercache.redis.CacheInspection",
                List.of(new GenerationId(generation).value()));
        Map<String, String> environment = report.environment();
        environment.putAll(context.environment());
        environment.putIfAbsent("PARLEY_REDIS_URL", Redis.url(context.port(Redis.NAME, PortName.REDIS)));
        return context.run(report);
    }

    @Command(
            description =
                    "Remove the cached answer of a generation, so that neither its request nor a similar one gets it.")
    int evict(@Parameters(paramLabel = "GENERATION") String generation) {
        try (GatewayClient gateway = context.gatewayOfOperators()) {
            gateway.evict(generation);
            context.say("cache-service was told to remove the answer of " + generation + ", if it is stored.");
            return ExitCode.OK;
        }
    }
}
