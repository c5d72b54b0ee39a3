package dev.parley.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
    @ParameterizedTest
    @CsvSource({
        "7f, true",
        "c280, true",
        "dfbf, true",
        "e0a080, true",
        "ed9fbf, true",
        "ee8080, true",
        "efbfbf, true",
        "f0908080, true",
        "f48fbfbf, true",
        "c080, false", // overlong NUL
        "c1bf, false", // overlong ASCII
        "e09fbf, false", // overlong, three bytes
        "f08fbfbf, false", // overlong, four bytes
        "eda080, false", // a high surrogate
        "edbfbf, false", // a low surrogate
        "f4908080, false", // beyond U+10FFFF
        "f5808080, false",
        "f8888080, false", // five bytes
        "80, false", // a continuation byte without a first byte
        "c2, false", // truncated
        "e28280e282, false",
        "f09f98, false",
        "c241, false",
        "00, false"
    })
    void tellsUtf8FromOtherBytes(String hex, boolean text) {
        assertThat(Utf8.isText(HexFormat.of().parseHex(hex))).isEqualTo(text);
    }

    @Test
    void takesUtf16ForNoText() {
        assertThat(Utf8.isText("{\"model\":\"m\"}".getBytes(UTF_16LE))).isFalse();
    }

    @Property(tries = 2000)
    void agreesWithTheDecoderOfTheJdk(@ForAll @Size(max = 6) List<@IntRange(min = 0x80, max = 0xFF) Integer> values) {
        byte[] bytes = new byte[values.size()];
        for (int i = 0; i < values.size(); i++) {
            bytes[i] = values.get(i).byteValue();
        }
        assertThat(Utf8.isText(bytes)).isEqualTo(decodes(bytes));
    }

    private static boolean decodes(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Property
    void knowsTheLengthOfAText(@ForAll String text) {
        String valid = new String(text.getBytes(UTF_8), UTF_8);
        assertThat(Utf8.length(valid)).isEqualTo(valid.getBytes(UTF_8).length);
    }
}
