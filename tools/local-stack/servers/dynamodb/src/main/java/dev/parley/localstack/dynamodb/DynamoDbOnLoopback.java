package dev.parley.localstack.dynamodb;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local, reachable from this machine only. Its own {@code ServerRunner} listens on every interface and has no
 * option for it; it also reports usage to its makers, which this does not.
 */
public final class DynamoDbOnLoopback {
    /** One database for all regions and credentials, as with {@code -sharedDb}. */
    private static final boolean SHARED = true;

    private DynamoDbOnLoopback() {}

    /** {@code DynamoDbOnLoopback PORT DIRECTORY}: serves the tables whose file is in the directory. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        var tables = new LocalDynamoDBRequestHandler(0, false, arguments[1], SHARED, false);
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setHandler(new LocalDynamoDBServerHandler(tables, "*"));
        server.setStopAtShutdown(true);
        server.start();
        System.out.println("DynamoDB Local listens on " + server.getURI());
    }
}
