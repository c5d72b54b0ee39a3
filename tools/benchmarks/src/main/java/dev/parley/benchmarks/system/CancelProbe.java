package dev.parley.benchmarks.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Cancels generations, and measures the time until the simulated Claude has counted their calls as closed. One at a time. */
public final class CancelProbe implements AutoCloseable {
    private static final Duration RESPONSE_WITHIN = Duration.ofSeconds(5);
    private static final long BETWEEN_READS_NANOS = 200_000;
    private static final int ACCEPTED = 202;

    private final HttpClient http =
            HttpClient.newBuilder().version(Version.HTTP_1_1).build();
    private final URI gateway;
    private final String key;
    private final URI claude;
    private final Duration closedWithin;

    /** Cancels with a key of the generations' tenant. */
    public CancelProbe(URI gateway, String key, URI claude) {
        this(gateway, key, claude, Duration.ofSeconds(5));
    }

    CancelProbe(URI gateway, String key, URI claude, Duration closedWithin) {
        this.gateway = gateway;
        this.key = key;
        this.claude = claude;
        this.closedWithin = closedWithin;
    }

    /** Nanoseconds from before the request to cancel is sent until a reading of the counters has one more closed call. */
    public long cancel(String generation) {
        HttpRequest delete = HttpRequest.newBuilder(gateway.resolve("/v1/generations/" + generation))
                .header("x-api-key", key)
                .timeout(RESPONSE_WITHIN)
                .DELETE()
                .build();
        long before = closedCalls();
        long begin = System.nanoTime();
        CompletableFuture<HttpResponse<String>> response = http.sendAsync(delete, BodyHandlers.ofString());
        long closed = waitUntilClosed(before, begin, response);
        if (response.join().statusCode() != ACCEPTED) {
            throw refused(response.join());
        }
        return closed - begin;
    }

    private long waitUntilClosed(long before, long begin, CompletableFuture<HttpResponse<String>> response) {
        while (System.nanoTime() - begin < closedWithin.toNanos()) {
            if (closedCalls() > before) {
                return System.nanoTime();
            }
            LockSupport.parkNanos(BETWEEN_READS_NANOS);
        }
        HttpResponse<String> status = response.orTimeout(RESPONSE_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .join();
        throw status.statusCode() == ACCEPTED
                ? new IllegalStateException("a cancelled call is open after " + closedWithin)
                : refused(status);
    }

    private static IllegalStateException refused(HttpResponse<String> response) {
        return new IllegalStateException(
                "a cancellation has the status " + response.statusCode() + ": " + response.body());
    }

    private long closedCalls() {
        HttpRequest request = HttpRequest.newBuilder(claude.resolve("/simulator/counters"))
                .timeout(RESPONSE_WITHIN)
                .build();
        try {
            String counters = http.send(request, BodyHandlers.ofString()).body();
            return JsonMapper.shared().readTree(counters).required("cancelled").asLong();
        } catch (IOException e) {
            throw new IllegalStateException("the counters of the simulated Claude cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
