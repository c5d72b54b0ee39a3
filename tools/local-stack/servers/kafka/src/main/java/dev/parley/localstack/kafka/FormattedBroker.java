package dev.parley.localstack.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * A Kafka broker that formats its log directory if that is empty. Kafka's scripts do the same with two JVMs, one after
 * the other, which costs seconds at each first start.
 */
public final class FormattedBroker {
    private FormattedBroker() {}

    /** {@code FormattedBroker PROPERTIES DIRECTORY CLUSTER}: the broker's settings, its one log directory, and the id of its cluster. */
    public static void main(String[] arguments) {
        String properties = arguments[0];
        if (!Files.exists(Path.of(arguments[1], "meta.properties"))) {
            String[] format = {"format", "--cluster-id", arguments[2], "--config", properties};
            int status = StorageTool.execute(format, System.out);
            if (status != 0) {
                System.exit(status);
            }
        }
        Kafka.main(new String[] {properties});
    }
}
