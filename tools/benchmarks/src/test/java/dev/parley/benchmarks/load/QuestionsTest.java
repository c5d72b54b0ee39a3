package dev.parley.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class QuestionsTest {
    private final Questions questions = new Questions(5);

    @Test
    void areAllDifferent() {
        List<Request.Question> asked = questions.next(500, 3, AnswerTiming.AT_ONCE);
        assertThat(asked.stream().map(Request.Question::body)).doesNotHaveDuplicates();
        assertThat(asked.stream().map(Request::answer)).doesNotHaveDuplicates();
    }

    @Test
    void tellTheSimulatedClaudeItsAnswerAndItsTiming() {
        Request.Question request =
                questions.next(1, 3, new AnswerTiming(450, 20)).getFirst();
        String content = new JsonMapper()
                .readTree(request.body())
                .at("/messages/0/content")
                .asString();
        String answer = request.answer();
        assertThat(answer.split(" ")).hasSize(3);
        assertThat(content).contains("first_token_ms=450 tokens_per_second=20").contains("text=\"" + answer + "\"");
    }
}
