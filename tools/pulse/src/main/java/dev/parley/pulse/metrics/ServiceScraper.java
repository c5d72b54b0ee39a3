package dev.parley.pulse.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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

/** Scrapes every replica of every service at the same time. */
public final class ServiceScraper implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceScraper.class);
    private static final String PATH = "/actuator/prometheus";
    private static final long PAGE_BYTES_MAX = 4 * 1024 * 1024;
    private static final int REPLICAS_MAX = 32;

    private final Map<String, List<URI>> services;
    private final Set<String> metrics;
    private final Duration timeout;
    private final HttpClient client;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("scrape-", 0).factory());

    /**
     * Makes a scraper.
     *
     * @param services by name, the base addresses of the replicas
     * @param metrics names of the metrics that are kept
     * @param timeout bound of scraping, and of the name resolution before it
     */
    public ServiceScraper(Map<String, List<URI>> services, Set<String> metrics, Duration timeout) {
        this.services = services;
        this.metrics = metrics;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Reads all replicas, by the name of the service. Those that exceed the timeout are not reached. A service whose host name does
     * not resolve has none, and one whose name resolution exceeds the timeout is omitted.
     */
    public Map<String, List<Replica>> read() throws InterruptedException {
        return all(
                        services.entrySet(),
                        service -> Map.entry(service.getKey(), read(service.getValue())),
                        timeout.multipliedBy(2))
                .stream()
                .flatMap(Optional::stream)
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private List<Replica> read(List<URI> addresses) throws InterruptedException {
        List<URI> pages = addresses.stream()
                .flatMap(ServiceScraper::pages)
                .limit(REPLICAS_MAX)
                .toList();
        List<Optional<Samples>> scraped = all(pages, this::scrape, timeout);
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            replicas.add(new Replica(pages.get(i).getAuthority(), scraped.get(i)));
        }
        return replicas;
    }

    private interface Call<T, R> {
        R on(T target) throws Exception;
    }

    /** The results in the order of the targets; empty where a call failed or took longer. */
    private <T, R> List<Optional<R>> all(Collection<T> targets, Call<T, R> call, Duration longest)
            throws InterruptedException {
        List<Callable<R>> calls = new ArrayList<>();
        targets.forEach(target -> calls.add(() -> call.on(target)));
        return threads.invokeAll(calls, longest.toMillis(), TimeUnit.MILLISECONDS).stream()
                .map(result ->
                        result.state() == Future.State.SUCCESS ? Optional.of(result.resultNow()) : Optional.<R>empty())
                .toList();
    }

    /** One for each address of the name; with TLS one for the name itself, which is in the certificate. */
    private static Stream<URI> pages(URI address) {
        if (address.getScheme().equals("https")) {
            return Stream.of(address.resolve(PATH));
        }
        try {
            List<URI> pages = new ArrayList<>();
            for (InetAddress found : InetAddress.getAllByName(address.getHost())) {
                pages.add(new URI("http", null, found.getHostAddress(), address.getPort(), PATH, null, null));
            }
            return pages.stream().distinct();
        } catch (UnknownHostException | URISyntaxException e) {
            LOG.debug("{} has no address: {}", address, e.toString());
            return Stream.empty();
        }
    }

    private Samples scrape(URI page) throws InterruptedException, IOException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(page)
                        .timeout(timeout)
                        .header("accept", "text/plain;version=0.0.4")
                        .build(),
                BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), PAGE_BYTES_MAX));
        if (response.statusCode() != 200) {
            throw new IOException(page + " responds with status " + response.statusCode());
        }
        return Samples.parse(response.body(), metrics);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}
