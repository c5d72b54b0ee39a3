package dev.parley.localstack.cli;

import dev.parley.localstack.parts.Checkout;
import dev.parley.localstack.parts.PortMap;
import dev.parley.localstack.parts.PortName;
import dev.parley.localstack.parts.Service;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.stack.RunningPart;
import dev.parley.localstack.stack.StackFile;
import java.net.URI;
import java.util.Map;

/** Which gateway a command talks to. */
final class GatewayAddress {
    private GatewayAddress() {}

    /** Where {@code PARLEY_URL} says, else where the local gateway runs, else where it would run. */
    static URI of(Checkout checkout, Map<String, String> environment) {
        String url = environment.getOrDefault("PARLEY_URL", "").strip().replaceFirst("/+$", "");
        if (!url.isEmpty()) {
            return URI.create(url);
        }
        int port = StackFile.in(checkout.state())
                .find(new PartName(Service.GATEWAY.module(), 0))
                .map(RunningPart::port)
                .orElseGet(() -> PortMap.from(environment).of(PortName.GATEWAY));
        return URI.create("http://127.0.0.1:" + port);
    }
}
