package dev.parley.cache;

import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.LocalRedis;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The service in a process of its own, which can be killed and frozen. */
final class ServiceProcess implements AutoCloseable {
    private final Process process;
    private final URI readiness;

    private ServiceProcess(Process process, URI readiness) {
        this.process = process;
        this.readiness = readiness;
    }

    /** Starts it; its output is below {@code target/}. */
    static ServiceProcess start(String name, LocalKafka kafka, LocalRedis redis) {
        try {
            int port = freePort();
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    CacheApplication.class.getName());
            builder.environment().put("PARLEY_MANAGEMENT_PORT", Integer.toString(port));
            builder.environment().put("PARLEY_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
            builder.environment().put("PARLEY_REDIS_URL", redis.url());
            builder.redirectErrorStream(true).redirectOutput(new File("target", "cache-service-" + name + ".log"));
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new ServiceProcess(process, URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"));
        } catch (IOException e) {
            throw new IllegalStateException("the service cannot be started", e);
        }
    }

    void awaitReady() {
        Awaitility.await().atMost(Duration.ofSeconds(90)).ignoreExceptions().until(this::ready);
    }

    private boolean ready() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        }
    }

    /** As {@code kill -9}. */
    void crash() {
        process.destroyForcibly().onExit().join();
    }

    /** Nothing of it runs; the world thinks it is there. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " ended with " + status);
            }
        } catch (IOException e) {
            throw new IllegalStateException("kill cannot be run", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        crash();
    }
}
