package dev.parley.localstack.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker that formats its log directory if that is empty. Kafka's scripts do the same with two JVMs, one after
 * the other, which costs seconds at each first start.
 */
public final class FormattedBroker {
    private FormattedBroker() {}

    /** {@code FormattedBroker PROPERTIES}: the broker's settings, with one {@code log.dirs}. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: FormattedBroker PROPERTIES");
            System.exit(2);
        }
        if (!Files.exists(logDirectory(Path.of(arguments[0])).resolve("meta.properties"))) {
            String[] format = {"format", "--cluster-id", Uuid.randomUuid().toString(), "--config", arguments[0]};
            int status = StorageTool.execute(format, System.out);
            if (status != 0) {
                System.exit(status);
            }
        }
        Kafka.main(arguments);
    }

    private static Path logDirectory(Path settings) throws IOException {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(settings)) {
            properties.load(reader);
        }
        return Path.of(properties.getProperty("log.dirs"));
    }
}
