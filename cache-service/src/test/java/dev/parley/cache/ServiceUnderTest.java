package dev.parley.cache;

import static java.util.Objects.requireNonNull;

import dev.parley.answercache.AnswerCache;
import dev.parley.answercache.AnswerKey;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.LocalRedis;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.redisson.api.RedissonClient;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The service in this process, with a broker and a Redis in processes of their own. */
final class ServiceUnderTest implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final URI management;

    private ServiceUnderTest(ConfigurableApplicationContext context) {
        this.context = context;
        this.management = URI.create(
                "http://127.0.0.1:" + requireNonNull(context.getEnvironment().getProperty("local.server.port")));
    }

    /** Starts the service and waits until it is ready. */
    static ServiceUnderTest start(LocalKafka kafka, LocalRedis redis, String... arguments) {
        SpringApplication application = new SpringApplication(CacheApplication.class);
        application.setDefaultProperties(java.util.Map.of(
                "PARLEY_MANAGEMENT_PORT", "0",
                "PARLEY_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                "PARLEY_REDIS_URL", redis.url()));
        ServiceUnderTest service = new ServiceUnderTest(application.run(arguments));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> service.status("/actuator/health/readiness") == 200);
        return service;
    }

    int status(String path) {
        return get(path).statusCode();
    }

    HttpResponse<String> get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(management.resolve(path)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("the service does not answer its operators", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether the cache has an answer, by a lookup in this process. */
    boolean keeps(AnswerKey key) {
        return context.getBean(AnswerCache.class).find(key).isPresent();
    }

    /** Stores a list in Redis, which the cache does not use. */
    void damage(String key) {
        context.getBean(RedissonClient.class).getList(key).add(new byte[] {1});
    }

    /** Stops the service as SIGTERM does. */
    @Override
    public void close() {
        context.close();
    }
}
