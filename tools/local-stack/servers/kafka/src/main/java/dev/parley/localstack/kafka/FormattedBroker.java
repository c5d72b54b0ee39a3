package dev.parley.localstack.kafka;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.network.metrics.RequestMetrics;
import org.apache.kafka.server.metrics.KafkaMetricsGroup;

/**
 * A Kafka broker that formats its log directory if that is empty. Kafka's scripts do the same with two JVMs, one after
 * the other, which costs seconds at each first start.
 */
public final class FormattedBroker {
    /** Histograms of all requests, named as by {@link RequestMetrics}; not {@code TotalTimeMs}, which dashboards show. */
    private static final List<String> HISTOGRAMS = List.of(
            "RequestQueueTimeMs",
            "LocalTimeMs",
            "RemoteTimeMs",
            "ThrottleTimeMs",
            "ResponseQueueTimeMs",
            "ResponseSendTimeMs",
            "RequestBytes");

    /** Histograms of requests with records only. */
    private static final List<String> HISTOGRAMS_OF_RECORDS =
            List.of(RequestMetrics.MESSAGE_CONVERSIONS_TIME_MS, RequestMetrics.TEMPORARY_MEMORY_BYTES);

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
        sampleRequestsUniformly();
        Kafka.main(new String[] {properties});
    }

    /**
     * Registers most histograms of requests, with samples of a fixed size, before the broker does, which then uses these. Its own
     * favour recent values: their samples are skip lists that each request changes, a seventh of the broker's processor time, and
     * 20 ms of each young collection. These have the distribution since the start.
     */
    private static void sampleRequestsUniformly() {
        List<String> fetches =
                List.of(RequestMetrics.CONSUMER_FETCH_METRIC_NAME, RequestMetrics.FOLLOW_FETCH_METRIC_NAME);
        Stream.concat(Stream.of(ApiKeys.values()).map(key -> key.name), fetches.stream())
                .forEach(request -> HISTOGRAMS.forEach(name -> sampleUniformly(name, request)));
        Stream.of(ApiKeys.PRODUCE, ApiKeys.FETCH)
                .forEach(key -> HISTOGRAMS_OF_RECORDS.forEach(name -> sampleUniformly(name, key.name)));
    }

    private static void sampleUniformly(String histogram, String request) {
        new KafkaMetricsGroup("kafka.network", RequestMetrics.class.getSimpleName())
                .newHistogram(histogram, false, Map.of("request", request));
    }
}
