package dev.parley.localstack.servers;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The installed {@code varnishd} with {@code edge/default.vcl}, as a shared cache before the gateways. */
public final class Varnish {
    public static final ProcessName NAME = new ProcessName("varnish", 0);

    /** Where Debian has it, which is not on the {@code PATH} of every user. */
    private static final Path PROGRAM = Path.of("/usr/sbin/varnishd");

    private Varnish() {}

    /**
     * Its process. It has nothing on the disk that it needs at the next start.
     *
     * @param gatewayPorts of all gateways
     */
    public static ProcessSpec process(Checkout checkout, Workspace workspace, int port, List<Integer> gatewayPorts) {
        Path data = workspace.data(NAME);
        List<String> command = List.of(
                PROGRAM.toString(),
                "-F",
                // Its worker runs as the user that starts it.
                "-j",
                "none",
                "-n",
                data.resolve("work").toString(),
                "-a",
                "127.0.0.1:" + port,
                "-s",
                "malloc,64m",
                "-p",
                "vcl_path=" + data + ":" + checkout.edge(),
                "-f",
                checkout.edge().resolve("default.vcl").toString());
        return ProcessSpec.builder(NAME, command, workspace.log(NAME))
                .preparation(() -> {
                    if (!Files.isExecutable(PROGRAM)) {
                        throw new IllegalStateException("varnishd is not installed: apt-get install varnish"
                                + " varnish-modules (./parley up --edge does it as root)");
                    }
                    Files.createDirectories(data);
                    Files.writeString(data.resolve("backend.vcl"), backends(gatewayPorts));
                })
                .readiness(ReadinessProbes.of(NAME, port, port))
                .port(port, PortName.VARNISH.variable())
                .build();
    }

    /** As in {@code edge/backend.vcl}, with these gateways. */
    private static String backends(List<Integer> gatewayPorts) {
        String backends = IntStream.range(0, gatewayPorts.size())
                .mapToObj(i -> """
                    backend gateway_%d {
                        .host = "127.0.0.1";
                        .port = "%d";
                        .probe = ready;
                    }
                    """.formatted(i, gatewayPorts.get(i)))
                .collect(joining());
        String added = IntStream.range(0, gatewayPorts.size())
                .mapToObj("    gateways.add_backend(gateway_%d);\n"::formatted)
                .collect(joining());
        return """
            import directors;
            probe ready { .url = "/"; .interval = 1s; .timeout = 1s; .window = 2; .threshold = 1; .initial = 1; }
            %ssub vcl_init {
                new gateways = directors.round_robin();
            %s}
            acl purgers { "127.0.0.1"; }
            """.formatted(backends, added);
    }
}
