package dev.parley.localstack.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker that formats its log directory if that is empty. Kafka's scripts do the same with two JVMs, one after
 * the other, which costs seconds at each first start.
 */
public final class FormattedBroker {
    private FormattedBroker() {}

    /** {@code FormattedBroker PROPERTIES DIRECTORY}: the broker's settings, and its one log directory. */
    public static void main(String[] arguments) {
        String properties = arguments[0];
        if (!Files.exists(Path.of(arguments[1], "meta.properties"))) {
            String[] format = {"format", "--cluster-id", Uuid.randomUuid().toString(), "--config", properties};
            int status = StorageTool.execute(format, System.out);
            if (status != 0) {
                System.exit(status);
            }
        }
        Kafka.main(new String[] {properties});
    }
}
