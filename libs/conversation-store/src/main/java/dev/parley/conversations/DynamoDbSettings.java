package dev.parley.conversations;

import dev.parley.contracts.Bounds;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The settings of a DynamoDB client. Credentials come from the SDK's default chain.
 *
 * @param endpoint the endpoint; empty for that of AWS
 * @param connectTimeout the timeout for opening a connection, or for a free one
 * @param attemptTimeout the timeout for one attempt
 * @param callTimeout the timeout for all attempts of one call
 * @param attemptsMax the attempts that the SDK makes; 1 leaves retries to the caller
 * @param connectionsMax concurrent calls
 */
public record DynamoDbSettings(
        String endpoint,
        String region,
        Duration connectTimeout,
        Duration attemptTimeout,
        Duration callTimeout,
        int attemptsMax,
        int connectionsMax) {
    public DynamoDbSettings {
        Bounds.positive("connect-timeout", connectTimeout);
        Bounds.positive("attempt-timeout", attemptTimeout);
        Bounds.positive("call-timeout", callTimeout);
        Bounds.atLeast("attempts-max", attemptsMax, 1);
        Bounds.atLeast("connections-max", connectionsMax, 1);
    }

    /** A client, which connects at its first call. */
    public DynamoDbClient open(MetricPublisher metrics, ExecutionInterceptor... interceptors) {
        var client = DynamoDbClient.builder()
                .region(Region.of(region))
                .httpClientBuilder(httpClient(endpoint)
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

    /**
     * The HTTP client for an endpoint; empty for that of AWS. An endpoint without TLS, such as DynamoDB Local, is on this machine
     * or its network: it is called without the proxy of {@code http_proxy}.
     */
    public static Apache5HttpClient.Builder httpClient(String endpoint) {
        boolean mayUseProxy = !endpoint.startsWith("http:");
        return Apache5HttpClient.builder()
                .proxyConfiguration(ProxyConfiguration.builder()
                        .useEnvironmentVariableValues(mayUseProxy)
                        .useSystemPropertyValues(mayUseProxy)
                        .build());
    }
}
