package dev.parley.answercache;

import static dev.parley.answercache.ExampleAnswers.answer;
import static dev.parley.answercache.ExampleAnswers.key;
import static dev.parley.answercache.ExampleAnswers.origin;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AnswerCodecTest {
    @Property(tries = 50)
    void readsWhatItWrote(@ForAll @AlphaChars @StringLength(max = 2_000) String text) {
        AnswerKey key = key();
        CachedAnswer answer = answer(text);
        Origin origin = origin();
        assertThat(AnswerCodec.decode(key, AnswerCodec.encode(key, origin, answer)))
                .hasValueSatisfying(kept -> {
                    CachedAnswer read = kept.answer();
                    assertThat(kept.origin()).isEqualTo(origin);
                    assertThat(read.message()).isEqualTo(answer.message());
                    assertThat(read.gzippedFrames()).isEqualTo(answer.gzippedFrames());
                });
    }

    @Property(tries = 300)
    void detectsEveryFlippedBit(@ForAll @IntRange(max = 1_000_000) int place, @ForAll @IntRange(max = 7) int bit) {
        AnswerKey key = key();
        byte[] entry = AnswerCodec.encode(key, origin(), answer("Because."));
        entry[place % entry.length] ^= (byte) (1 << bit);
        assertThat(AnswerCodec.decode(key, entry)).isEmpty();
    }

    @Property(tries = 100)
    void detectsEveryTruncation(@ForAll @IntRange(max = 1_000_000) int length) {
        AnswerKey key = key();
        byte[] entry = AnswerCodec.encode(key, origin(), answer("Because."));
        assertThat(AnswerCodec.decode(key, Arrays.copyOf(entry, length % entry.length)))
                .isEmpty();
    }

    @Property(tries = 300)
    void rejectsRandomBytes(@ForAll byte[] noise) {
        assertThat(AnswerCodec.decode(key(), noise)).isEmpty();
    }

    @Test
    void rejectsTheAnswerOfAnotherKey() {
        byte[] entry = AnswerCodec.encode(key(), origin(), answer("Not yours."));
        assertThat(AnswerCodec.decode(key(), entry)).isEmpty();
    }

    @Test
    void rejectsTheNextVersion() {
        AnswerKey key = key();
        byte[] entry = AnswerCodec.encode(key, origin(), answer("Because."));
        entry[0] = 3;
        assertThat(AnswerCodec.decode(key, entry)).isEmpty();
    }

    @Test
    void reportsItsSizeInTheCache() {
        AnswerKey key = key();
        CachedAnswer answer = answer("Because.");
        Origin origin = origin();
        int names = key.redisKey().length()
                + origin.conversation().value().length()
                + origin.generation().value().length();
        assertThat(AnswerCodec.encode(key, origin, answer)).hasSize(answer.keptBytes() + names + 21);
    }
}
