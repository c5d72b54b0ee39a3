package dev.parley.similar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.similar.Eligibility.Reason;
import dev.parley.similar.ReadQuestion.Eligible;
import dev.parley.similar.ReadQuestion.Ineligible;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EligibilityTest {
    private static final OnnxEmbedder EMBEDDER = OnnxEmbedder.load();

    private final QuestionReader reader = new QuestionReader(new Eligibility(List.of("\\bacme\\b")), EMBEDDER);

    @AfterAll
    static void close() {
        EMBEDDER.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Why?                                        | TOO_SHORT",
                "''                                          | TOO_SHORT",
                "😀 😀 😀                                    | TOO_SHORT",
                "wie kann ich meine bestellung stornieren    | NOT_ENGLISH",
                "como puedo cancelar mi pedido               | NOT_ENGLISH",
                "comment annuler ma commande                 | NOT_ENGLISH",
                "כיצד אוכל לבטל את ההזמנה שלי                | NOT_ENGLISH",
                "كيف يمكنني إلغاء طلبي                       | NOT_ENGLISH",
                "私の注文をキャンセルする方法                | NOT_ENGLISH",
                "What is the weather like in Oslo?           | TIME",
                "Which shops are open now?                   | TIME",
                "Who won the election this year?             | TIME",
                "How much is my balance?                     | PERSON",
                "Who am I?                                   | PERSON",
                "How do I reach Acme by phone?               | EXCLUDED",
            })
    void excludes(String text, Reason reason) {
        assertThat(reader.read(text)).isEqualTo(new Ineligible(reason));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How do I cancel an order?",
                "cancel order",
                "where is the cancelation buton",
                "How do I cook rice (without salt)?",
                "How do I sort a list in Python 3?",
            })
    void permits(String text) {
        assertThat(reader.read(text)).isInstanceOf(Eligible.class);
    }

    @Test
    void countsThePiecesBeforeTheModelWouldCutThem() {
        assertThat(reader.read("rice ".repeat(Eligibility.PIECES_MAX))).isInstanceOf(Eligible.class);
        assertThat(reader.read("rice ".repeat(Eligibility.PIECES_MAX + 1))).isEqualTo(new Ineligible(Reason.TOO_LONG));
    }
}
