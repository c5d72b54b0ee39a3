package dev.parley.localstack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/** Stands in for the applications in tests of what starts them: ready at once, or failing if it is told to. */
public final class PretendService {
    private static final int OK = 200;

    private PretendService() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> environment = System.getenv();
        if (environment.containsKey("PRETEND_TO_FAIL")) {
            System.out.println("This one was told to fail.");
            System.exit(1);
        }
        String port = environment.containsKey("PARLEY_PULSE_ADDRESS") ? "PARLEY_PULSE_PORT" : "PARLEY_SIMULATOR_PORT";
        listen(environment.getOrDefault("PARLEY_MANAGEMENT_PORT", environment.getOrDefault(port, "")));
        if (environment.containsKey("PARLEY_GATEWAY_ADDRESS")) {
            listen(environment.getOrDefault("PARLEY_GATEWAY_PORT", ""));
        }
        System.out.println("ANTHROPIC_API_KEY=" + environment.getOrDefault("ANTHROPIC_API_KEY", "withheld"));
    }

    private static void listen(String port) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port)), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(OK, -1);
            exchange.close();
        });
        server.start();
    }
}
