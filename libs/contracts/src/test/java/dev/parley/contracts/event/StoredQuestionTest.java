package dev.parley.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.contracts.id.Fingerprint;
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
