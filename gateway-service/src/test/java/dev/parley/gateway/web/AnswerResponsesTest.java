package dev.parley.gateway.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.gateway.answer.AnswerSettings;
import dev.parley.gateway.answer.OpenAnswer;
import dev.parley.gateway.answer.OpenAnswers;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

class AnswerResponsesTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Clock CLOCK = Clock.systemUTC();
    private static final String FRAMES = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","role":"assistant","content":[]}}

        event: message_stop
        data: {"type":"message_stop"}

        """;

    private final OpenAnswers answers =
            new OpenAnswers(new AnswerSettings(10, 10, LONG, LONG, LONG, LONG), CLOCK, _ -> {});
    private final AnswerResponses responses = new AnswerResponses(JsonMapper.shared(), 10_000, Schedulers.immediate());

    @Test
    void aWholeMessageNeedsRoomUntilTheClientHasReceivedIt() {
        AtomicLong reserved = new AtomicLong();
        OpenAnswer answer =
                answers.open(GenerationId.unsigned(CLOCK, 0), bytes -> reserved.addAndGet(bytes) > 0, () -> {});
        offer(answer);
        assertThat(responses.message(answer).blockOptional(LONG).orElseThrow()).hasSize((int) reserved.get());

        OpenAnswer refused = answers.open(GenerationId.unsigned(CLOCK, 0), _ -> false, () -> {});
        offer(refused);
        assertThatThrownBy(() -> responses.message(refused).block(LONG))
                .isInstanceOfSatisfying(
                        ApiErrorException.class,
                        e -> assertThat(e.error().status()).isEqualTo(529));
    }

    private void offer(OpenAnswer answer) {
        answers.offer(0, 0, new Frames(answer.generation(), 1, 0, CacheVerdict.MISS, FRAMES.getBytes(UTF_8), true));
    }
}
