package dev.parley.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.golden.ExampleEvents;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCodecTest {
    @Property(tries = 300)
    @Domain(AnyEvent.class)
    void readsEveryChatRequestedThatItWrites(@ForAll ChatRequested event) {
        var encoded = RequestCodec.encode(event);

        assertThat(encoded.key()).isEqualTo(event.fingerprint().value());
        assertThat(RequestCodec.decodeChatRequested(encoded.headers(), encoded.value()))
                .usingRecursiveComparison()
                .isEqualTo(event);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ce_type",
                "ce_time",
                "ce_generation",
                "ce_conversation",
                "ce_tenant",
                "ce_user",
                "ce_model",
                "ce_streaming",
                "ce_fingerprint",
                "ce_cachepolicy",
                "ce_replypartition",
                "ce_replyoffset",
                "ce_receivedat",
                "ce_anthropicversion",
                "ce_anthropicbeta",
                "traceparent"
            })
    void namesTheMissingHeader(String header) {
        var encoded = RequestCodec.encode(ExampleEvents.CHAT_REQUESTED);
        encoded.headers().remove(header);

        assertThatThrownBy(() -> RequestCodec.decodeChatRequested(encoded.headers(), encoded.value()))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(header);
    }

    @ParameterizedTest
    @CsvSource({
        "ce_type, dev.parley.ChatRequested.v99",
        "ce_time, yesterday",
        "ce_generation, gen_1",
        "ce_conversation, a conversation",
        "ce_tenant, Ümläut",
        "ce_permittedmodels, claude-",
        "ce_permittedmodels, '{\"a\":\"b\"}'",
        "ce_permittedmodels, '[\"claude-\",null]'",
        "ce_streaming, perhaps",
        "ce_fingerprint, abc",
        "ce_cachepolicy, sometimes",
        "ce_replypartition, -1",
        "ce_replypartition, many",
        "ce_replyoffset, 9223372036854775808",
        "ce_replyoffset, -5",
        "ce_receivedat, 12",
    })
    void namesTheUnreadableHeader(String header, String value) {
        var encoded = RequestCodec.encode(ExampleEvents.CHAT_REQUESTED);
        encoded.headers().remove(header).add(header, value.getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> RequestCodec.decodeChatRequested(encoded.headers(), encoded.value()))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageMatching("(?s).*(" + header + "|ChatRequested).*");
    }

    @Test
    void rejectsARecordWithoutAValue() {
        var headers = RequestCodec.encode(ExampleEvents.CHAT_REQUESTED).headers();

        assertThatThrownBy(() -> RequestCodec.decodeChatRequested(headers, null))
                .isInstanceOf(MalformedEventException.class);
        assertThatThrownBy(() -> RequestCodec.decodeChatRequested(headers, new byte[0]))
                .isInstanceOf(MalformedEventException.class);
    }

    @Test
    void usesTheLastOfTwoHeadersOfOneName() {
        var encoded = RequestCodec.encode(ExampleEvents.CHAT_REQUESTED);
        encoded.headers().add("ce_model", "claude-later".getBytes(StandardCharsets.UTF_8));

        assertThat(RequestCodec.decodeChatRequested(encoded.headers(), encoded.value())
                        .model())
                .isEqualTo("claude-later");
    }
}
