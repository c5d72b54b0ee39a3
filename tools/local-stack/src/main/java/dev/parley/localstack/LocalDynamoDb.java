package dev.parley.localstack;

import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.DynamoDb;
import java.net.URI;
import java.util.Map;

/** A DynamoDB Local. It accepts any credentials and any region, all with the same tables. */
public final class LocalDynamoDb extends LocalServer {
    private final URI endpoint;

    private LocalDynamoDb(Workspace workspace, int port) {
        super(workspace, DynamoDb.process(Checkout.find(), workspace, port, Map.of()));
        this.endpoint = DynamoDb.endpoint(port);
    }

    /** Starts one without tables and waits until it answers. */
    public static LocalDynamoDb start() {
        return new LocalDynamoDb(Workspace.fresh("dynamodb"), FreePorts.pick(1).getFirst());
    }

    public URI endpoint() {
        return endpoint;
    }
}
