package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that resume, read twice or cancel, with two gateways. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReaderSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final ChatClient FIRST = new ChatClient(STACK.gateway(0));
    private static final ChatClient SECOND = new ChatClient(STACK.gateway(1));
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final String TEXT =
            IntStream.range(0, 120).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

    /** About four seconds. */
    private static final String SLOWLY = "first_token_ms=0 tokens_per_second=30 text=\"" + TEXT + "\"";

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, message_stop", "/v1/chat/completions, [DONE]"})
    void resumesAtTheOtherGatewayAfterAKill(String path, String end) throws Exception {
        try (StreamedAnswer before =
                FIRST.askAt(path, ChatClient.question(SLOWLY)).untilCharacters(200)) {
            STACK.process("gateway-service", 0).crash();
            before.toTheEnd();
            try (StreamedAnswer after = SECOND.readAt(events(before), "last-event-id", before.lastId())
                            .toTheEnd();
                    StreamedAnswer all = SECOND.readAt(events(before)).toTheEnd()) {
                assertThat(after.status()).isEqualTo(200);
                assertThat(before.events() + after.events()).isEqualTo(all.events());
                assertThat(all.text()).isEqualTo(TEXT);
                assertThat(after.lastType()).isEqualTo(end);
            }
            assertThat(TURNS.of(before.generation())).isInstanceOf(Turn.ChatCompleted.class);
        } finally {
            STACK.process("gateway-service", 0).restart();
        }
    }

    @Test
    void servesASecondReaderConcurrently() throws Exception {
        try (StreamedAnswer first = FIRST.read(ChatClient.question(SLOWLY)).untilCharacters(100);
                StreamedAnswer second = SECOND.readAt(events(first))) {
            second.toTheEnd();
            first.toTheEnd();
            assertThat(second.events()).isEqualTo(first.events());
            assertThat(second.text()).isEqualTo(TEXT);
        }
    }

    @Test
    void cancelsTheCallOnDelete() throws Exception {
        try (StreamedAnswer reading = FIRST.read(ChatClient.question(SLOWLY)).untilCharacters(200)) {
            int cancelledBefore = cancelled();
            assertThat(SECOND.delete("/v1/generations/" + reading.generation()).status())
                    .isEqualTo(202);
            reading.toTheEnd();
            assertThat(reading.lastType()).isEqualTo("error");
            Turn turn = TURNS.of(reading.generation());
            assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
            assertThat(TurnEvents.text(turn)).isEqualTo(reading.text()).isNotEmpty();
            assertThat(TEXT).startsWith(reading.text());
            assertThat(turn.facts().usage().inputTokens()).isPositive();
            Eventually.value(ReaderSystemTest::cancelled, now -> now > cancelledBefore);
            // A repeat after the end has no effect.
            assertThat(SECOND.delete("/v1/generations/" + reading.generation()).status())
                    .isEqualTo(202);
        }
    }

    private static String events(StreamedAnswer reading) {
        return "/v1/generations/" + reading.generation() + "/events";
    }

    /** The number of cancelled calls at the simulator. */
    private static int cancelled() throws IOException, InterruptedException {
        return new ChatClient(STACK.simulator())
                .get("/simulator/counters")
                .json()
                .path("cancelled")
                .intValue();
    }
}
