package dev.parley.localstack.cli;

import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.stack.StackPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code cache}: removes cached answers. */
@Command(name = "cache", description = "Remove cached answers.", synopsisSubcommandLabel = "COMMAND")
final class Cache {
    private final CommandContext context;

    Cache(CommandContext context) {
        this.context = context;
    }

    @Command(
            description =
                    "Remove the cached answer of a generation, so that neither its request nor a similar one gets it.")
    int evict(@Parameters(paramLabel = "GENERATION") String generation) throws InterruptedException {
        String key = context.environment().getOrDefault("PARLEY_ADMIN_KEY", StackPlan.ADMIN_KEY);
        try (GatewayClient gateway = new GatewayClient(context.gateway(), key)) {
            gateway.evict(generation);
            context.say("cache-service was told to remove the answer of " + generation + ", if it is stored.");
            return ExitCode.OK;
        }
    }
}
