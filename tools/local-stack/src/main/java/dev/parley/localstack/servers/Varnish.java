package dev.parley.localstack.servers;

import static java.util.stream.Collectors.joining;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The installed {@code varnishd} with {@code edge/default.vcl}, as a shared cache before the gateways. */
public final class Varnish {
    public static final ProcessName NAME = new ProcessName("varnish", 0);

    /** Where Debian has it, which is not on the {@code PATH} of every user. */
    private static final Path PROGRAM = Path.of("/usr/sbin/varnishd");

    private static final Pattern BACKEND = Pattern.compile("(?ms)^backend gateway_0 \\{.*?^}\\n");
    private static final Pattern ADDITION = Pattern.compile("(?m)^ *gateways\\.add_backend\\(gateway_0\\);\\n");

    private Varnish() {}

    /**
     * Its process. It has nothing on the disk that it needs at the next start. It starts after the first gateway, because it would
     * notice only at its next probe that one is ready.
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
                    Files.writeString(
                            data.resolve("backend.vcl"),
                            backends(Files.readString(checkout.edge().resolve("backend.vcl")), gatewayPorts));
                })
                .readiness(ReadinessProbes.of(NAME, port, port))
                .needs(Set.of(Service.GATEWAY.replica(0).toString()))
                .port(port, PortName.VARNISH.variable())
                .build();
    }

    /** The file {@code edge/backend.vcl}, which has one gateway, with these gateways. */
    static String backends(String file, List<Integer> gatewayPorts) {
        return repeated(ADDITION, repeated(BACKEND, file, gatewayPorts), gatewayPorts);
    }

    private static String repeated(Pattern ofOne, String file, List<Integer> gatewayPorts) {
        Matcher found = ofOne.matcher(file);
        if (!found.find()) {
            throw new IllegalStateException("edge/backend.vcl has no " + ofOne);
        }
        String all = IntStream.range(0, gatewayPorts.size())
                .mapToObj(i -> found.group()
                        .replace("gateway_0", "gateway_" + i)
                        .replace("\"8080\"", "\"" + gatewayPorts.get(i) + "\""))
                .collect(joining());
        return file.substring(0, found.start()) + all + file.substring(found.end());
    }
}
