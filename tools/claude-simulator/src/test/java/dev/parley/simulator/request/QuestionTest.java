package dev.parley.simulator.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.Question.Progress;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class QuestionTest {
    @Test
    void isTheLastUserMessage() {
        Question question = question(user("first"), assistant("one"), user("second"));

        assertThat(question.text()).isEqualTo("second");
        assertThat(question.earlier()).contains("first");
        assertThat(question.progress()).isEqualTo(new Progress.Fresh());
    }

    @Test
    void aFinalAssistantMessageIsAPrefilledAnswer() {
        Question question = question(user("why?"), assistant("Because"));

        assertThat(question.text()).isEqualTo("why?");
        assertThat(question.progress()).isEqualTo(new Progress.Prefilled("Because"));
        assertThat(question.earlier()).isEmpty();
    }

    @Test
    void aRequestToContinueLeadsBackToTheQuestionBeforeIt() {
        Question question =
                question(user("why?"), assistant("Because"), user("Your answer broke off there. Please continue."));

        assertThat(question.text()).isEqualTo("why?");
        assertThat(question.progress())
                .isEqualTo(new Progress.ContinueRequested("Because", "Your answer broke off there. Please continue."));
    }

    @Test
    void toolResultsComeWithTheQuestionThatLedToThem() {
        Question question = question(user("How warm is it?"), """
                {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"weather","input":{}}]}""", """
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"12 degrees"}]}""");

        assertThat(question.text()).isEqualTo("How warm is it?");
        assertThat(question.toolResults()).containsExactly(new Question.ToolResult("12 degrees", false));
    }

    private static Question question(String... messages) {
        return Question.of(JsonMapper.shared().readTree("[" + String.join(",", messages) + "]"));
    }

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}";
    }

    private static String assistant(String text) {
        return "{\"role\":\"assistant\",\"content\":\"" + text + "\"}";
    }
}
