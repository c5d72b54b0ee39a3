package dev.parley.contracts.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.id.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StoredQuestionTest {
    private static final StoredQuestion QUESTION =
            new StoredQuestion(new Fingerprint("0".repeat(64)), "model/1", "Où est le café? 😀", new byte[] {1, -2, 3});

    @Test
    void isReadAsWritten() {
        assertThat(StoredQuestion.decode(QUESTION.encode()))
                .usingRecursiveComparison()
                .isEqualTo(QUESTION);
    }

    /** The layout that {@code docs/events.md} describes, for readers without this code. */
    @Test
    void hasTheDocumentedLayout() throws IOException {
        try (DataInputStream bytes = new DataInputStream(new ByteArrayInputStream(QUESTION.encode()))) {
            assertThat(bytes.read()).isEqualTo(1);
            assertThat(text(bytes)).isEqualTo(QUESTION.partition().value());
            assertThat(text(bytes)).isEqualTo(QUESTION.model());
            assertThat(text(bytes)).isEqualTo(QUESTION.text());
            assertThat(bytes.readAllBytes()).isEqualTo(QUESTION.vector());
        }
    }

    private static String text(DataInputStream bytes) throws IOException {
        return new String(bytes.readNBytes(bytes.readUnsignedShort()), UTF_8);
    }

    @Test
    void isMalformedIfItIsCutOrOfAnotherVersion() {
        byte[] bytes = QUESTION.encode();
        assertThatThrownBy(() -> StoredQuestion.decode(Arrays.copyOf(bytes, 30)))
                .isInstanceOf(MalformedEventException.class);
        assertThatThrownBy(() -> StoredQuestion.decode(new byte[0])).isInstanceOf(MalformedEventException.class);
        bytes[0]++;
        assertThatThrownBy(() -> StoredQuestion.decode(bytes)).isInstanceOf(MalformedEventException.class);
    }
}
