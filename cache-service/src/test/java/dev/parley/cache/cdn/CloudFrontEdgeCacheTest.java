package dev.parley.cache.cdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.cache.edge.EdgeChange;
import dev.parley.cache.edge.PurgeException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

@Timeout(30)
class CloudFrontEdgeCacheTest {
    private static final List<String> TAGS = List.of("question-acme.help.log", "list-acme.help");

    @Test
    void createsASignedInvalidationByTags() throws Exception {
        try (EdgeServer cloudFront = new EdgeServer(201)) {
            purge(cloudFront.url());

            assertThat(cloudFront.received).singleElement().satisfies(request -> {
                assertThat(request.method()).isEqualTo("POST");
                assertThat(request.path()).isEqualTo("/2020-05-31/distribution/EDFDVBD6EXAMPLE/invalidation");
                assertThat(request.headers().get("authorization"))
                        .matches("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\\d{8}/us-east-1/cloudfront/aws4_request,"
                                + " SignedHeaders=.*host.*, Signature=[0-9a-f]{64}");
                assertThat(request.body())
                        .contains("<Paths><Quantity>2</Quantity><Items><Path>#question-acme.help.log</Path>"
                                + "<Path>#list-acme.help</Path></Items></Paths>")
                        .contains("<CallerReference>chat.published-0-31</CallerReference>");
            });
        }
    }

    @Test
    void isNotConfirmedIfCloudFrontRefuses() throws Exception {
        try (EdgeServer cloudFront = new EdgeServer(503)) {
            assertThatExceptionOfType(PurgeException.class)
                    .isThrownBy(() -> purge(cloudFront.url()))
                    .withMessageContaining("503");
        }
    }

    private static void purge(URI endpoint) throws InterruptedException {
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "secret"));
        new CloudFrontEdgeCache(
                        HttpClient.newHttpClient(), endpoint, "EDFDVBD6EXAMPLE", credentials, Duration.ofSeconds(5))
                .purge(new EdgeChange(TAGS, true), "chat.published-0-31");
    }
}
