package dev.parley.conversations;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * How DynamoDB is called. Credentials come from the SDK's default chain.
 *
 * @param endpoint where it is; empty for AWS's own
 * @param connectTimeout for a connection to be made, or to come free
 * @param attemptTimeout for one attempt
 * @param callTimeout for all attempts of one call
 * @param attemptsMax how often the SDK tries on its own; 1 leaves retrying to the caller
 * @param connectionsMax calls at once
 */
public record DynamoDbSettings(
        String endpoint,
        String region,
        Duration connectTimeout,
        Duration attemptTimeout,
        Duration callTimeout,
        int attemptsMax,
        int connectionsMax) {

    /** A client; it connects when it is first used. */
    public DynamoDbClient open(MetricPublisher metrics, ExecutionInterceptor... interceptors) {
        var client = DynamoDbClient.builder()
                .region(Region.of(region))
                .httpClientBuilder(ApacheHttpClient.builder()
                        .connectionTimeout(connectTimeout)
                        .connectionAcquisitionTimeout(connectTimeout)
                        .socketTimeout(attemptTimeout)
                        .maxConnections(connectionsMax)
                        .tcpKeepAlive(true))
                .overrideConfiguration(override -> {
                    override.apiCallAttemptTimeout(attemptTimeout)
                            .apiCallTimeout(callTimeout)
                            .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                    .maxAttempts(attemptsMax)
                                    .build())
                            .addMetricPublisher(metrics);
                    for (ExecutionInterceptor interceptor : interceptors) {
                        override.addExecutionInterceptor(interceptor);
                    }
                });
        if (!endpoint.isEmpty()) {
            client.endpointOverride(URI.create(endpoint));
        }
        return client.build();
    }
}
