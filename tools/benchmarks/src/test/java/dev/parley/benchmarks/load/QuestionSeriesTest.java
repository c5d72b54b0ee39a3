package dev.parley.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QuestionSeriesTest {
    private final QuestionSeries requests = new QuestionSeries("abc");

    @Test
    void differInTheQuestionAlone() {
        List<Request.Question> asked = requests.asking(List.of("Why is it so?", "How is it so?"));

        assertThat(asked).extracting(Request.Question::answer).containsOnly("");
        assertThat(asked)
                .extracting(each -> json(each).path("system").asString())
                .containsOnly("Series abc.");
        assertThat(asked).extracting(QuestionSeriesTest::question).containsExactly("Why is it so?", "How is it so?");
    }

    @Test
    void eachHasAnotherWordingOfTheSameMeaning() {
        assertThat(requests.asking(List.of("Why is it so?", "Why is it so?", "Why is it so?")))
                .extracting(QuestionSeriesTest::question)
                .containsExactly("Why is it so?", "Why  is it so?", "Why   is it so?");
    }

    private static String question(Request.Question request) {
        return json(request).at("/messages/0/content").asString();
    }

    private static JsonNode json(Request.Question request) {
        return JsonMapper.shared().readTree(request.body());
    }
}
