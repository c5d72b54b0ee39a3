package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

class RoutesTest {
    private static final String PATTERN = "/v1/things/{status}";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpHandler routes = RouterFunctions.toHttpHandler(new Routes(registry)
            .add(
                    PATTERN,
                    Map.of(
                            HttpMethod.GET,
                            request -> ServerResponse.status(Integer.parseInt(request.pathVariable("status")))
                                    .build()))
            .build());

    /** The rate of a series that begins with its first increase does not include that. */
    @Test
    void theFirstResponsesIncreaseCountersThatAreThere() {
        assertThat(responses("true")).isZero();
        assertThat(responses("false")).isZero();
        for (int status : List.of(200, 429, 500, 529, 200)) {
            routes.handle(MockServerHttpRequest.get("/v1/things/" + status).build(), new MockServerHttpResponse())
                    .block();
        }
        assertThat(responses("true")).isEqualTo(2);
        assertThat(responses("false")).isEqualTo(3);
        assertThat(registry.getMeters()).hasSize(2);
    }

    private double responses(String failed) {
        return registry.get("parley.gateway.responses")
                .tags("uri", PATTERN, "failed", failed)
                .counter()
                .count();
    }
}
