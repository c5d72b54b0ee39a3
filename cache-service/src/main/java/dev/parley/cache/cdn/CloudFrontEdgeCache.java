package dev.parley.cache.cdn;

import static java.util.stream.Collectors.joining;

import dev.parley.cache.edge.EdgeCache;
import dev.parley.cache.edge.EdgeChange;
import dev.parley.cache.edge.PurgeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * CloudFront: one {@code CreateInvalidation} by tags for each purge. Confirmed when CloudFront has accepted it; it removes the
 * responses within seconds. Called directly, because CloudFront's client would be the largest part of this service.
 */
public final class CloudFrontEdgeCache implements EdgeCache {
    private static final int CREATED = 201;
    /** CloudFront is one global service, whose requests are signed for this region. */
    private static final String REGION = "us-east-1";

    private final HttpClient http;
    private final URI address;
    private final AwsCredentialsProvider credentials;
    private final Duration timeout;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    public CloudFrontEdgeCache(
            HttpClient http, URI endpoint, String distribution, AwsCredentialsProvider credentials, Duration timeout) {
        this.http = http;
        this.address = endpoint.resolve("/2020-05-31/distribution/" + distribution + "/invalidation");
        this.credentials = credentials;
        this.timeout = timeout;
    }

    @Override
    public void purge(EdgeChange change, String reference) throws InterruptedException {
        try {
            HttpResponse<String> response =
                    EdgeCalls.send(http, signed(batch(change.tags(), reference)), BodyHandlers.ofString(), timeout);
            if (response.statusCode() != CREATED) {
                throw new PurgeException("CloudFront responded with " + response.statusCode());
            }
        } catch (IOException | SdkClientException e) {
            throw new PurgeException("CloudFront cannot be called", e);
        }
    }

    /** Tags and references have no characters that XML escapes. */
    private static String batch(List<String> tags, String reference) {
        return tags.stream()
                .map(tag -> "<Path>#" + tag + "</Path>")
                .collect(joining(
                        "",
                        "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths><Quantity>"
                                + tags.size() + "</Quantity><Items>",
                        "</Items></Paths><CallerReference>" + reference + "</CallerReference></InvalidationBatch>"));
    }

    private HttpRequest signed(String body) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(address)
                .putHeader("content-type", "text/xml")
                .build();
        SdkHttpRequest signed = signer.sign(sign -> sign.identity(credentials.resolveCredentials())
                        .request(request)
                        .payload(ContentStreamProvider.fromUtf8String(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "cloudfront")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, REGION))
                .request();
        HttpRequest.Builder call = HttpRequest.newBuilder(address).POST(BodyPublishers.ofString(body));
        signed.forEachHeader((name, values) -> {
            // The client sets it to the same value.
            if (!name.equalsIgnoreCase("host")) {
                values.forEach(value -> call.header(name, value));
            }
        });
        return call.build();
    }
}
