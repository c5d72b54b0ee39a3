package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.contracts.event.AnswerDelivered;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalStack;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Clients that disconnect, with two gateways. The answers of the tests run at the same time, mostly waiting. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ExtendWith(UndisturbedStack.class)
class DisconnectSystemTest {
    private static final LocalStack STACK = UndisturbedStack.get();
    private static final ChatClient FIRST = new ChatClient(STACK.gateway(0));
    private static final ChatClient SECOND = new ChatClient(STACK.gateway(1));
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final Simulator SIMULATOR = new Simulator(STACK);
    private static final TopicReader TOPICS = new TopicReader(STACK.kafka());

    /** Within the grace period of a key, 15 s, the answer would be complete after 12 s. */
    @Test
    void cancelsTheCallOnDisconnectUnderTheCancelPolicy() throws Exception {
        String marker = UUID.randomUUID().toString();
        StreamedAnswer reading = FIRST.read(
                        ChatClient.question(marker, LongAnswer.at(10)), "x-parley-on-disconnect", "cancel")
                .untilCharacters(20);
        reading.close();
        assertCallClosed(marker);
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
        assertThat(TurnEvents.text(turn)).isNotEqualTo(LongAnswer.TEXT);
        assertThat(LongAnswer.TEXT).startsWith(TurnEvents.text(turn));
    }

    @Test
    void keepsAnAnswerWithAnotherReaderUnderTheCancelPolicy() throws Exception {
        StreamedAnswer first = FIRST.read(ChatClient.question(LongAnswer.at(8)), "x-parley-on-disconnect", "cancel")
                .untilCharacters(20);
        try (StreamedAnswer second = SECOND.readAt(first.eventsPath()).untilCharacters(20)) {
            first.close();
            assertThat(second.toTheEnd().text()).isEqualTo(LongAnswer.TEXT);
        }
        assertThat(TURNS.of(first.generation())).isInstanceOf(Turn.ChatCompleted.class);
    }

    @Test
    void continuesAfterADisconnectUnderTheContinuePolicy() throws Exception {
        StreamedAnswer reading = FIRST.read(
                        ChatClient.question(LongAnswer.SLOWLY), "x-parley-on-disconnect", "continue")
                .untilCharacters(200);
        reading.close();
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(TurnEvents.text(turn)).isEqualTo(LongAnswer.TEXT);
    }

    @Test
    void cancelsTheCallWithoutReaders() throws Exception {
        String marker = UUID.randomUUID().toString();
        StreamedAnswer reading =
                FIRST.read(ChatClient.question(marker, LongAnswer.at(4))).untilCharacters(20);
        reading.close();
        assertCallClosed(marker);
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
        assertThat(TurnEvents.text(turn)).isNotEmpty().isNotEqualTo(LongAnswer.TEXT);
    }

    @Test
    void continuesWhenTheClientReconnectsInTime() throws Exception {
        StreamedAnswer before =
                FIRST.read(ChatClient.question(LongAnswer.at(8))).untilCharacters(20);
        before.close();
        try (StreamedAnswer after = SECOND.readAt(before.eventsPath()).toTheEnd()) {
            assertThat(after.text()).isEqualTo(LongAnswer.TEXT);
        }
        assertThat(TURNS.of(before.generation())).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(Eventually.value(() -> deliveries(before.generation()), found -> found.size() == 2))
                .extracting(AnswerDelivered::resumed, AnswerDelivered::outcome)
                .containsExactlyInAnyOrder(tuple(false, "left"), tuple(true, "completed"));
        assertThat(deliveries(before.generation()))
                .allSatisfy(delivered -> assertThat(delivered.firstByteAt().orElseThrow())
                        .isBeforeOrEqualTo(delivered.lastByteAt().orElseThrow()));
    }

    /** Checks that the only call to Claude with this marker was closed before its end. */
    private static void assertCallClosed(String marker) throws Exception {
        assertThat(Eventually.value(() -> outcomes(marker), outcomes -> !outcomes.contains("open")))
                .containsExactly("cancelled");
    }

    private static List<String> outcomes(String marker) throws Exception {
        return SIMULATOR.requests(marker).stream()
                .map(call -> call.path("outcome").stringValue(""))
                .toList();
    }

    private static List<AnswerDelivered> deliveries(String generation) {
        return TOPICS.all(Topics.DELIVERIES.name()).stream()
                .filter(event -> event.key().equals(generation))
                .map(event -> TurnCodec.MAPPER.readValue(event.value(), AnswerDelivered.class))
                .toList();
    }
}
