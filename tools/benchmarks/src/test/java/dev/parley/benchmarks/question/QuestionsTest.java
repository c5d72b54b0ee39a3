package dev.parley.benchmarks.question;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.Request;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class QuestionsTest {
    private final Questions questions = new Questions(5);

    @Test
    void neverAsksTheSameTwice() {
        List<Request> asked = questions.next(500, 3, Pace.AT_ONCE);
        assertThat(asked.stream().map(request -> new String(request.body(), US_ASCII)))
                .doesNotHaveDuplicates();
        assertThat(asked.stream().map(request -> new String(request.answer(), US_ASCII)))
                .doesNotHaveDuplicates();
    }

    @Test
    void tellsClaudeWhatToSayAndHowFast() {
        Request request = questions.next(1, 3, new Pace(450, 20)).getFirst();
        String content = new JsonMapper()
                .readTree(request.body())
                .at("/messages/0/content")
                .asString();
        String answer = new String(request.answer(), US_ASCII);
        assertThat(answer.split(" ")).hasSize(3);
        assertThat(content).contains("first_token_ms=450 tokens_per_second=20").contains("text=\"" + answer + "\"");
    }

    @Test
    void carriesBallast() {
        assertThat(questions.next(1, 3, Pace.AT_ONCE, 10_000).getFirst().body().length)
                .isBetween(10_000, 11_000);
    }
}
