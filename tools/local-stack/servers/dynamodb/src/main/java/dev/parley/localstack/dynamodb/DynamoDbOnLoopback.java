package dev.parley.localstack.dynamodb;

import com.almworks.sqlite4java.SQLiteConnection;
import com.almworks.sqlite4java.SQLiteException;
import com.almworks.sqlite4java.SQLiteJob;
import com.almworks.sqlite4java.SQLiteQueue;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local, reachable from this machine only. Its own {@code ServerRunner} listens on every interface and has no
 * option for it; it also reports usage to its makers, which this does not.
 */
public final class DynamoDbOnLoopback {
    /** One database for all regions and credentials, as with {@code -sharedDb}. */
    private static final boolean SHARED = true;

    /** No page of a browser may call it (CORS). */
    private static final String NO_ORIGIN = "";

    private DynamoDbOnLoopback() {}

    /** {@code DynamoDbOnLoopback PORT DIRECTORY}: serves the tables whose file is in the directory. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        var tables = new LocalDynamoDBRequestHandler(0, false, arguments[1], SHARED, false);
        neverWaitForTheDisk(tables);
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setHandler(onlyLocal(new LocalDynamoDBServerHandler(tables, NO_ORIGIN)));
        server.setStopAtShutdown(true);
        server.start();
        System.out.println("DynamoDB Local listens on " + server.getURI());
    }

    /** Also refuses pages of other sites whose names resolve to this machine (DNS rebinding), by the host that they request. */
    private static Handler onlyLocal(Handler handler) {
        var local = new ContextHandler(handler, "/");
        local.setVirtualHosts(List.of("127.0.0.1", "localhost"));
        return local;
    }

    /**
     * Has SQLite leave it to the kernel when data reaches the disk, and keep the lock of its file and up to 64 MiB of it in memory
     * (decision 0271). What is written survives the end of this process, but not that of the machine. DynamoDB Local has no option for
     * it, so its fields are read.
     */
    private static void neverWaitForTheDisk(LocalDynamoDBRequestHandler tables)
            throws ReflectiveOperationException, SQLiteException {
        // The first request opens the database.
        tables.listTables("any", "any", ListTablesRequest.builder().build());
        for (Object client : ((Map<?, ?>) field(tables, "dbRequestHandlers")).values()) {
            var queue = (SQLiteQueue) field(field(client, "dbAccess"), "queue");
            queue.execute(new SQLiteJob<Void>() {
                        @Override
                        protected Void job(SQLiteConnection connection) throws SQLiteException {
                            connection.exec("PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                                    + " PRAGMA cache_size = -65536");
                            return null;
                        }
                    })
                    .complete();
        }
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }
}
