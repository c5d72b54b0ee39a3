package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.stack.StackSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway is stopped while answers run longer than its grace period, which is short here. */
@FaultStory
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GatewayStopSystemTest {
    private static final LocalStack STACK = LocalStack.start(new StackSettings()
            .replicas("gateway-service", 2)
            .environment("gateway-service", Map.of("SPRING_LIFECYCLE_TIMEOUTPERSHUTDOWNPHASE", "2s")));
    private static final List<ChatClient> GATEWAYS =
            List.of(new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1)));
    private static final TurnEvents TURNS = new TurnEvents(STACK);

    private static final String[] NONE = {};

    /** About twelve seconds. */
    private static final String SLOWLY = LongAnswer.at(10);

    @AfterEach
    void restartGateway() {
        STACK.process("gateway-service", 0).restart();
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
        STACK.close();
    }

    /** The disconnect policy does not apply to disconnects by the gateway. */
    @ParameterizedTest
    @ValueSource(strings = {"", "continue", "cancel"})
    void anAnswerLongerThanTheGracePeriodIsResumed(String onDisconnect) throws Exception {
        String[] headers = onDisconnect.isEmpty() ? NONE : new String[] {"x-parley-on-disconnect", onDisconnect};
        ResumingClient client = new ResumingClient(GATEWAYS, 0, ChatClient.question(SLOWLY), headers);
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ResumingClient> running = thread.submit(client::run);
            Eventually.value(client::characters, characters -> characters > 50);
            STACK.process("gateway-service", 0).stop();
            running.get(60, TimeUnit.SECONDS);
        }
        System.out.printf(
                "gateway stopped under an answer of 12 s (%s): reconnected %d times, longest pause %d ms%n",
                onDisconnect, client.resumed(), client.longestPause().toMillis());
        assertThat(client.text()).isEqualTo(LongAnswer.TEXT);
        assertThat(client.lastType()).isEqualTo("message_stop");
        assertThat(client.resumed()).isPositive();
        Turn turn = TURNS.of(client.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(TurnEvents.attempts(turn)).isEqualTo("completed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/messages", "/v1/chat/completions"})
    void withoutResumingAClientSeesABrokenConnection(String path) throws Exception {
        try (StreamedAnswer reading =
                GATEWAYS.getFirst().askAt(path, ChatClient.question(SLOWLY)).untilCharacters(50)) {
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(STACK.process("gateway-service", 0)::stop);
            reading.toTheEnd();
            stopping.join();
            assertThat(reading.lastType()).isEqualTo("broken connection");
            assertThat(LongAnswer.TEXT).startsWith(reading.text()).isNotEqualTo(reading.text());
        }
    }

    @Test
    void thePageResumesAtTheOtherGateway() throws Exception {
        try (FailoverProxy proxy = new FailoverProxy(List.of(STACK.gateway(0), STACK.gateway(1)));
                Chromium chromium = Chromium.start()) {
            ChatPage chat = chromium.open(proxy.address());
            chat.ask("What if the gateway stops now? [[sim: " + SLOWLY + "]]").untilCharacters(50);
            STACK.process("gateway-service", 0).stop();
            chat.untilTheEnd();
            assertThat(chat.text()).isEqualTo(LongAnswer.TEXT);
            assertThat(chat.browserErrors()).isEmpty();
        }
    }
}
