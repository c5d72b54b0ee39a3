package dev.parley.gateway.web.keys;

import dev.parley.contracts.event.AnswerEvicted;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.RequestId;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.session.Administrator;
import dev.parley.gateway.web.input.RequestValue;
import dev.parley.gateway.web.input.TraceContext;
import dev.parley.gateway.web.response.HeaderNames;
import dev.parley.gateway.web.response.JsonResponse;
import dev.parley.gateway.web.response.LogWrites;
import java.time.Clock;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * {@code DELETE /v1/cache/{generation}}: has the cached answer of a generation removed. Requires an admin key. The response waits
 * until the event is on the log, not until cache-service has removed the answer.
 */
public final class CacheHandler {
    private final EventPublisher publisher;
    private final Clock clock;

    public CacheHandler(EventPublisher publisher, Clock clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    public Mono<ServerResponse> evict(ServerRequest request, Administrator administrator) {
        GenerationId generation = RequestValue.inPath(request, "generation", GenerationId::new);
        RequestId id = RequestId.next(clock);
        request.exchange().getResponse().getHeaders().set(HeaderNames.REQUEST_ID, id.value());
        AnswerEvicted event =
                new AnswerEvicted(id, generation, administrator.name(), clock.instant(), TraceContext.of(request));
        return LogWrites.explained(() -> publisher.publish(ChangeCodec.encode(event)))
                .then(Mono.defer(
                        () -> JsonResponse.of(202, Map.of("id", generation.value(), "type", "cache_eviction"))));
    }
}
