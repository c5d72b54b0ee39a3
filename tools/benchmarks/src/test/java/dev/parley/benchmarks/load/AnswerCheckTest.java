package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerCheckTest {
    private static final String START = "event: message_start\ndata: {\"type\":\"message_start\"}\n\n";
    private static final String STOP = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

    private final AnswerCheck check = new AnswerCheck("one two three".getBytes(US_ASCII));

    private static String delta(String text) {
        return "id: 3-42.0\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                + "\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}   }\n\n";
    }

    private int read(String bytes) {
        return check.stream(Unpooled.copiedBuffer(bytes, US_ASCII));
    }

    @Test
    void takesTheRightAnswer() {
        assertThat(read(START)).isZero();
        assertThat(read(delta("one") + delta(" two"))).isEqualTo(2);
        assertThat(read(delta(" three") + STOP)).isEqualTo(1);
        assertThat(check.streamIsRight()).isTrue();
    }

    @Test
    void takesAnyCompleteAnswerIfNoneIsExpected() {
        AnswerCheck any = new AnswerCheck(new byte[0]);
        any.stream(Unpooled.copiedBuffer(START + delta("some"), US_ASCII));
        assertThat(any.streamIsRight()).isFalse();
        any.stream(Unpooled.copiedBuffer(STOP, US_ASCII));
        assertThat(any.streamIsRight()).isTrue();
    }

    @Test
    void takesItByteByByte() {
        int pieces = 0;
        for (char c : (START + delta("one two") + delta(" three") + STOP).toCharArray()) {
            pieces += read(String.valueOf(c));
        }
        assertThat(pieces).isEqualTo(2);
        assertThat(check.streamIsRight()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "one two three four", "one two tree", "one one two three", "two one three"})
    void noticesEveryOtherText(String text) {
        read(START + delta(text) + STOP);
        assertThat(check.streamIsRight()).isFalse();
    }

    @Test
    void noticesAnAnswerThatDoesNotSayThatItIsComplete() {
        read(START + delta("one two three"));
        assertThat(check.streamIsRight()).isFalse();
    }

    @Test
    void noticesAnErrorEvent() {
        read(START + delta("one") + "event: error\ndata: {\"type\":\"error\"}\n\n");
        assertThat(check.error()).isTrue();
        assertThat(check.streamIsRight()).isFalse();
    }

    @Test
    void findsTheAnswerInAWholeBody() {
        check.body(Unpooled.copiedBuffer("{\"text\":\"one two", US_ASCII));
        assertThat(check.bodyIsRight()).isFalse();
        check.body(Unpooled.copiedBuffer(" three\"}", US_ASCII));
        assertThat(check.bodyIsRight()).isTrue();
    }
}
