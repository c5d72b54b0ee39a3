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

/** Readers who come back, come twice, go away, or want no more. Two gateways, so that the other one can serve them. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReaderSystemTest {
    private static final LocalStack STACK = DoubledStack.get();
    private static final Chat FIRST = new Chat(STACK.gateway(0));
    private static final Chat SECOND = new Chat(STACK.gateway(1));
    private static final Turns TURNS = new Turns(STACK);
    private static final String TEXT =
            IntStream.range(0, 120).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));

    /** About four seconds. */
    private static final String SLOWLY = "first_token_ms=0 tokens_per_second=30 text=\"" + TEXT + "\"";

    @AfterAll
    static void keepsItsPromises() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, message_stop", "/v1/chat/completions, [DONE]"})
    void readsOnAtTheOtherGatewayWhenTheFirstWasKilled(String path, String end) throws Exception {
        try (Reading before = FIRST.askAt(path, Chat.question(SLOWLY)).untilCharacters(200)) {
            STACK.process("gateway-service", 0).crash();
            before.toTheEnd();
            try (Reading after = SECOND.readAt(events(before), "last-event-id", before.lastId())
                            .toTheEnd();
                    Reading all = SECOND.readAt(events(before)).toTheEnd()) {
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
    void readsOnADeviceMoreWhileTheFirstReads() throws Exception {
        try (Reading first = FIRST.read(Chat.question(SLOWLY)).untilCharacters(100);
                Reading second = SECOND.readAt(events(first))) {
            second.toTheEnd();
            first.toTheEnd();
            assertThat(second.events()).isEqualTo(first.events());
            assertThat(second.text()).isEqualTo(TEXT);
        }
    }

    @Test
    void stopsClaudeWhenAClientWantsNoMore() throws Exception {
        try (Reading reading = FIRST.read(Chat.question(SLOWLY)).untilCharacters(200)) {
            int cancelledBefore = cancelled();
            assertThat(SECOND.delete("/v1/generations/" + reading.generation()).status())
                    .isEqualTo(202);
            reading.toTheEnd();
            assertThat(reading.lastType()).isEqualTo("error");
            Turn turn = TURNS.of(reading.generation());
            assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
            assertThat(Turns.text(turn)).isEqualTo(reading.text()).isNotEmpty();
            assertThat(TEXT).startsWith(reading.text());
            assertThat(turn.facts().usage().inputTokens()).isPositive();
            Eventually.value(ReaderSystemTest::cancelled, now -> now > cancelledBefore);
            // Again, after the end: harmless.
            assertThat(SECOND.delete("/v1/generations/" + reading.generation()).status())
                    .isEqualTo(202);
        }
    }

    @Test
    void stopsClaudeWhenTheClientGoesAwayAndSaidSo() throws Exception {
        Reading reading = FIRST.read(Chat.question(SLOWLY), "x-parley-on-disconnect", "cancel")
                .untilCharacters(200);
        reading.close();
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
        assertThat(TEXT).startsWith(Turns.text(turn));
    }

    @Test
    void goesOnWhenTheClientGoesAwayAndSaidSo() throws Exception {
        Reading reading = FIRST.read(Chat.question(SLOWLY), "x-parley-on-disconnect", "continue")
                .untilCharacters(200);
        reading.close();
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCompleted.class);
        assertThat(Turns.text(turn)).isEqualTo(TEXT);
    }

    @Test
    void stopsClaudeWhenNobodyHasReadForAWhile() throws Exception {
        Reading reading = FIRST.read(Chat.question("first_token_ms=0 tokens_per_second=4 text=\"" + TEXT + "\""))
                .untilCharacters(20);
        reading.close();
        Turn turn = TURNS.of(reading.generation());
        assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
        assertThat(Turns.text(turn)).isNotEmpty().isNotEqualTo(TEXT);
    }

    @Test
    void goesOnWhenTheClientComesBackInTime() throws Exception {
        Reading before = FIRST.read(Chat.question("first_token_ms=0 tokens_per_second=6 text=\"" + TEXT + "\""))
                .untilCharacters(20);
        before.close();
        try (Reading after = SECOND.readAt(events(before)).toTheEnd()) {
            assertThat(after.text()).isEqualTo(TEXT);
        }
        assertThat(TURNS.of(before.generation())).isInstanceOf(Turn.ChatCompleted.class);
    }

    private static String events(Reading reading) {
        return "/v1/generations/" + reading.generation() + "/events";
    }

    /** How many calls the simulator has seen cancelled. */
    private static int cancelled() throws IOException, InterruptedException {
        return new Chat(STACK.simulator())
                .get("/simulator/counters")
                .json()
                .path("cancelled")
                .intValue();
    }
}
