package dev.parley.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.pulse.Pulse;
import dev.parley.gateway.pulse.PulseSettings;
import dev.parley.gateway.pulse.Watch;
import dev.parley.gateway.session.AdminKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PulseHandlerTest {
    /** Of the word operator. */
    private static final String HASH = "06e55b633481f7bb072957eabcf110c972e86691c3cfedabe088024bffe42f23";

    private static final PulseSettings SETTINGS = new PulseSettings(
            1, Duration.ofMinutes(5), 10, Duration.ofSeconds(2), Duration.ofSeconds(1), 8, List.of(), Map.of());
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final Pulse pulse =
            new Pulse(() -> new Watch(SETTINGS, Clock.systemUTC()), _ -> () -> {}, 1, Schedulers.boundedElastic());

    @ParameterizedTest
    @CsvSource({"x-api-key, operator", "authorization, Bearer operator"})
    void showsOperatorsFromAnywhere(String header, String value) throws Exception {
        assertThat(statusFor(HASH, false, InetAddress.getByName("192.0.2.7"), header, value))
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"x-api-key, other", "x-api-key, ''", "authorization, Basic operator", "x-other, operator"})
    void refusesAllOthers(String header, String value) throws Exception {
        assertThat(statusFor(HASH, false, HERE, header, value)).isEqualTo(401);
    }

    @Test
    void isOpenOnTheMachineOfALocalGatewayOnly() throws Exception {
        assertThat(statusFor("", true, HERE, "host", "127.0.0.1:8080")).isEqualTo(200);
        assertThat(statusFor(HASH, true, HERE, "host", "127.0.0.1:8080")).isEqualTo(200);
        assertThat(statusFor("", false, HERE, "host", "127.0.0.1:8080")).isEqualTo(404);
        assertThat(statusFor("", true, InetAddress.getByName("192.0.2.7"), "host", "127.0.0.1:8080"))
                .isEqualTo(404);
        assertThat(statusFor("", true, HERE, "host", "rebound.example:8080")).isEqualTo(404);
        assertThat(statusFor("", true, HERE, "sec-fetch-site", "cross-site")).isEqualTo(404);
    }

    @Test
    void tellsHowToOpenItWhereNobodyMayLook() throws Exception {
        StepVerifier.create(events("", false, HERE, "x-api-key", "operator"))
                .expectErrorSatisfies(refused -> assertThat(
                                ((ApiErrorException) refused).error().message())
                        .contains("PARLEY_ADMIN_KEY_SHA256"))
                .verify();
    }

    @Test
    void isOverloadedWhenAsManyWatchAsMay() throws Exception {
        Disposable watcher = pulse.watch().subscribe();
        assertThat(statusFor(HASH, false, HERE, "x-api-key", "operator")).isEqualTo(529);
        watcher.dispose();
    }

    private int statusFor(String hash, boolean isLocal, InetAddress from, String header, String value) {
        return events(hash, isLocal, from, header, value)
                .map(response -> response.statusCode().value())
                .onErrorResume(
                        ApiErrorException.class,
                        refused -> Mono.just(refused.error().status()))
                .blockOptional()
                .orElse(HttpStatus.NOT_FOUND.value());
    }

    private Mono<ServerResponse> events(String hash, boolean isLocal, InetAddress from, String header, String value) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("host", "127.0.0.1:8080");
        headers.set(header, value);
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.method(HttpMethod.GET, "/pulse/events")
                .headers(headers)
                .remoteAddress(new InetSocketAddress(from, 50_000)));
        var request =
                ServerRequest.create(exchange, HandlerStrategies.withDefaults().messageReaders());
        return new PulseHandler(pulse, new AdminKey(hash), isLocal)
                .routes()
                .route(request)
                .flatMap(handler -> handler.handle(request));
    }
}
