package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that resume, read twice or cancel, with two gateways. */
@AloneOnReplicatedStack
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReaderSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final ChatClient FIRST = new ChatClient(STACK.gateway(0));
    private static final ChatClient SECOND = new ChatClient(STACK.gateway(1));
    private static final TurnEvents TURNS = new TurnEvents(STACK);
    private static final Simulator SIMULATOR = new Simulator(STACK);

    @Test
    void resumesAnswersOfBothFormatsAtTheOtherGatewayAfterAKill() throws Exception {
        try (StreamedAnswer messages = FIRST.askAt("/v1/messages", ChatClient.question(LongAnswer.SLOWLY));
                StreamedAnswer completions = FIRST.askAt(
                        "/v1/chat/completions", ChatClient.question(LongAnswer.SLOWLY), "x-parley-event-ids", "on")) {
            messages.untilCharacters(200);
            completions.untilCharacters(200);
            STACK.process("gateway-service", 0).crash();
            assertResumed(messages, "message_stop");
            assertResumed(completions, "[DONE]");
        } finally {
            STACK.process("gateway-service", 0).restart();
        }
    }

    /** Of clients that do not resume. The answers take 8 s, well below the grace period of 30 s. */
    @Test
    void answersOfBothFormatsEndAtAGatewayThatIsStopped() throws Exception {
        try (StreamedAnswer messages = FIRST.askAt("/v1/messages", ChatClient.question(LongAnswer.at(15)));
                StreamedAnswer completions =
                        FIRST.askAt("/v1/chat/completions", ChatClient.question(LongAnswer.at(15)))) {
            messages.untilCharacters(50);
            completions.untilCharacters(50);
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(STACK.process("gateway-service", 0)::stop);
            messages.toTheEnd();
            completions.toTheEnd();
            stopping.join();
            assertThat(messages.lastType()).isEqualTo("message_stop");
            assertThat(messages.text()).isEqualTo(LongAnswer.TEXT);
            assertThat(completions.lastType()).isEqualTo("[DONE]");
            assertThat(completions.text()).isEqualTo(LongAnswer.TEXT);
        } finally {
            STACK.process("gateway-service", 0).restart();
        }
    }

    @Test
    void thePageResumesAtTheOtherGatewayAfterAKill() throws Exception {
        String question = "What if the gateway dies now?";
        SIMULATOR.script(question, LongAnswer.SLOWLY);
        try (FailoverProxy proxy = new FailoverProxy(List.of(STACK.gateway(0), STACK.gateway(1)));
                Chromium chromium = Chromium.start()) {
            ChatPage page = chromium.open(proxy.address());
            page.ask(question).untilCharacters(200);
            STACK.process("gateway-service", 0).crash();
            page.screenshot("gateway-killed").untilTheEnd();
            assertThat(page.text()).isEqualTo(LongAnswer.TEXT);
            assertThat(page.browserErrors()).isEmpty();
        } finally {
            STACK.process("gateway-service", 0).restart();
        }
    }

    private static void assertResumed(StreamedAnswer before, String end) throws Exception {
        before.toTheEnd();
        try (StreamedAnswer after = SECOND.readAt(before.eventsPath(), "last-event-id", before.lastId())
                        .toTheEnd();
                StreamedAnswer all = SECOND.readAt(before.eventsPath()).toTheEnd()) {
            assertThat(after.status()).isEqualTo(200);
            assertThat(before.events() + after.events()).isEqualTo(all.events());
            assertThat(all.text()).isEqualTo(LongAnswer.TEXT);
            assertThat(after.lastType()).isEqualTo(end);
        }
        assertThat(TURNS.of(before.generation())).isInstanceOf(Turn.ChatCompleted.class);
    }

    @Test
    void servesASecondReaderConcurrently() throws Exception {
        try (StreamedAnswer first =
                        FIRST.read(ChatClient.question(LongAnswer.SLOWLY)).untilCharacters(100);
                StreamedAnswer second = SECOND.readAt(first.eventsPath())) {
            second.toTheEnd();
            first.toTheEnd();
            assertThat(second.events()).isEqualTo(first.events());
            assertThat(second.text()).isEqualTo(LongAnswer.TEXT);
        }
    }

    @Test
    void cancelsTheCallOnDelete() throws Exception {
        try (StreamedAnswer reading =
                FIRST.read(ChatClient.question(LongAnswer.SLOWLY)).untilCharacters(200)) {
            int cancelledBefore = SIMULATOR.counter("cancelled");
            assertThat(SECOND.delete("/v1/generations/" + reading.generation()).status())
                    .isEqualTo(202);
            reading.toTheEnd();
            assertThat(reading.lastType()).isEqualTo("error");
            Turn turn = TURNS.of(reading.generation());
            assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
            assertThat(TurnEvents.text(turn)).isEqualTo(reading.text()).isNotEmpty();
            assertThat(LongAnswer.TEXT).startsWith(reading.text());
            assertThat(turn.facts().usage().inputTokens()).isPositive();
            Eventually.value(() -> SIMULATOR.counter("cancelled"), now -> now > cancelledBefore);
            // A repeat after the end has no effect.
            assertThat(SECOND.delete("/v1/generations/" + reading.generation()).status())
                    .isEqualTo(202);
        }
    }
}
