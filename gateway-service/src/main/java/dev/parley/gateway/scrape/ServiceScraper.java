package dev.parley.gateway.scrape;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.pulse.PulseSettings;
import dev.parley.gateway.pulse.Samples;
import dev.parley.gateway.pulse.ServiceReading;
import dev.parley.gateway.pulse.ServiceReading.Replica;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every replica of every service for its metrics, all at once. */
public final class ServiceScraper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceScraper.class);
    private static final String PATH = "/actuator/prometheus";
    private static final long PAGE_BYTES_MAX = 4 * 1024 * 1024;

    private final HttpClient client;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("scrape-", 0).factory());
    private final Map<String, List<URI>> services;
    private final Set<String> metrics;
    private final Duration timeLimit;
    private final int replicasMax;

    /**
     * Makes a reader.
     *
     * @param metrics the names of those that are wanted
     */
    public ServiceScraper(PulseSettings settings, Set<String> metrics) {
        this.metrics = metrics;
        this.services = settings.services();
        this.timeLimit = settings.timeLimit();
        this.replicasMax = settings.replicasMax();
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeLimit)
                .build();
    }

    /** One replica and the address under which it is asked. */
    private record Target(String service, String shown, URI page) {}

    /** What they show. Who has not answered within the time limit counts as not reached. */
    public List<ServiceReading> read() throws InterruptedException {
        List<Target> targets = targets();
        List<Callable<Optional<Samples>>> calls = targets.stream()
                .<Callable<Optional<Samples>>>map(target -> () -> scrape(target.page()))
                .toList();
        List<Future<Optional<Samples>>> answers = threads.invokeAll(calls, timeLimit.toMillis(), TimeUnit.MILLISECONDS);
        List<ServiceReading> readings = new ArrayList<>();
        for (String service : services.keySet()) {
            List<Replica> replicas = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                if (targets.get(i).service().equals(service)) {
                    replicas.add(new Replica(targets.get(i).shown(), result(answers.get(i), Optional.empty())));
                }
            }
            readings.add(new ServiceReading(service, replicas));
        }
        return readings;
    }

    private List<Target> targets() throws InterruptedException {
        List<Callable<List<Target>>> lookUps = services.entrySet().stream()
                .flatMap(service -> service.getValue().stream()
                        .<Callable<List<Target>>>map(address -> () -> resolve(service.getKey(), address)))
                .toList();
        List<Target> targets = new ArrayList<>();
        for (Future<List<Target>> found : threads.invokeAll(lookUps, timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
            targets.addAll(result(found, List.of()));
        }
        return targets;
    }

    /** What came of it in time. */
    private static <T> T result(Future<T> answer, T otherwise) {
        return answer.state() == Future.State.SUCCESS ? answer.resultNow() : otherwise;
    }

    /** A target for each address of the name. Over TLS the name itself is asked, which the certificate is for. */
    private List<Target> resolve(String service, URI address) {
        if (address.getScheme().equals("https")) {
            return List.of(new Target(service, address.getAuthority(), address.resolve(PATH)));
        }
        try {
            return Stream.of(InetAddress.getAllByName(address.getHost()))
                    .distinct()
                    .limit(replicasMax)
                    .map(found -> literal(found) + ":" + (address.getPort() < 0 ? 80 : address.getPort()))
                    .map(authority -> new Target(service, authority, URI.create("http://" + authority + PATH)))
                    .toList();
        } catch (UnknownHostException e) {
            LOG.debug("There is no {}", address.getHost());
            return List.of();
        }
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
    }

    private Optional<Samples> scrape(URI page) throws InterruptedException {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(page)
                            .timeout(timeLimit)
                            .header("accept", "text/plain;version=0.0.4")
                            .build(),
                    BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), PAGE_BYTES_MAX));
            return response.statusCode() == 200
                    ? Optional.of(PrometheusText.read(response.body(), metrics))
                    : Optional.empty();
        } catch (IOException e) {
            LOG.debug("{} does not answer: {}", page, e.toString());
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}
