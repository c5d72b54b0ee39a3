package dev.parley.localstack.cli;

import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.PortMap;
import dev.parley.localstack.servers.PortName;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.stack.StackFile;
import dev.parley.localstack.stack.StackPlan;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The surroundings of a command.
 *
 * @param out for the result
 * @param err for errors and remarks
 */
record CommandContext(Checkout checkout, Map<String, String> environment, PrintStream out, PrintStream err) {
    private static final int BAR_WIDTH = 30;

    void say(String line) {
        out.println(line);
    }

    /** While {@link StackFile#locked} waits. */
    void sayWaiting() {
        say("Waiting for another ./parley to finish ...");
    }

    void sayJson(Object document) {
        say(StackFile.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document));
    }

    void complain(String line) {
        err.println(line);
    }

    /** Draws a progress bar over the last one, with a remark behind it. */
    void progress(double done, double all, String remark) {
        int filled = all == 0 ? BAR_WIDTH : (int) (BAR_WIDTH * done / all);
        err.print("\r[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "] " + remark);
    }

    /** A client of the gateway, with {@code PARLEY_KEY}, else the key of the local one. */
    GatewayClient gateway() {
        return new GatewayClient(gatewayAddress(), environment.getOrDefault("PARLEY_KEY", StackPlan.LOCAL_KEY));
    }

    /** The same, with {@code PARLEY_ADMIN_KEY}, else the admin key of the local one. */
    GatewayClient gatewayOfOperators() {
        return new GatewayClient(gatewayAddress(), environment.getOrDefault("PARLEY_ADMIN_KEY", StackPlan.ADMIN_KEY));
    }

    /** {@code PARLEY_URL}, else the address of the local gateway. */
    private URI gatewayAddress() {
        String url = environment.getOrDefault("PARLEY_URL", "").strip().replaceFirst("/+$", "");
        if (url.isEmpty()) {
            return URI.create("http://127.0.0.1:" + port(Service.GATEWAY.replica(0), PortName.GATEWAY));
        }
        if (!isHttp(url)) {
            throw new IllegalArgumentException("PARLEY_URL=" + url + " is not an http address");
        }
        return URI.create(url);
    }

    private static boolean isHttp(String url) {
        try {
            URI address = new URI(url);
            return address.getHost() != null
                    && List.of("http", "https")
                            .contains(String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The port of a program: that of its variable, else the one on which {@code up} has started it, else the default. */
    int port(ProcessName program, PortName name) {
        int planned = PortMap.from(environment).of(name);
        if (!environment.getOrDefault(name.variable(), "").isBlank()) {
            return planned;
        }
        return StackFile.in(checkout.state()).entries().stream()
                .filter(entry -> entry.processName().equals(program))
                .findFirst()
                .map(StackFile.Entry::port)
                .orElse(planned);
    }

    /** Runs a program, whose standard output is the result, and returns its status. Its standard error is that of this process. */
    int run(ProcessBuilder program) throws IOException {
        Process process = program.redirectError(Redirect.INHERIT).start();
        process.inputReader().lines().forEach(this::say);
        return process.onExit().join().exitValue();
    }

    /** The time since this value of {@link System#nanoTime()}: {@code 3.4 s}. */
    static String secondsSince(long startNanos) {
        return seconds(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }
}
