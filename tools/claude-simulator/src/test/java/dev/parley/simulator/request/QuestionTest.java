package dev.parley.simulator.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.Message.Block;
import dev.parley.simulator.request.Message.Role;
import dev.parley.simulator.request.Question.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionTest {
    @Test
    void isTheLastUserMessage() {
        Question question = Question.of(List.of(user("first"), assistant("one"), user("second")));

        assertThat(question.text()).isEqualTo("second");
        assertThat(question.earlier()).contains("first");
        assertThat(question.progress()).isEqualTo(new Progress.Fresh());
    }

    @Test
    void aFinalAssistantMessageIsAPrefilledAnswer() {
        Question question = Question.of(List.of(user("why?"), assistant("Because")));

        assertThat(question.text()).isEqualTo("why?");
        assertThat(question.progress()).isEqualTo(new Progress.Prefilled("Because"));
        assertThat(question.earlier()).isEmpty();
    }

    @Test
    void aRequestToContinueLeadsBackToTheQuestionBeforeIt() {
        Question question = Question.of(
                List.of(user("why?"), assistant("Because"), user("Your answer broke off there. Please continue.")));

        assertThat(question.text()).isEqualTo("why?");
        assertThat(question.progress())
                .isEqualTo(new Progress.ContinueRequested("Because", "Your answer broke off there. Please continue."));
    }

    @Test
    void toolResultsComeWithTheQuestionThatLedToThem() {
        Block.ToolResult result = new Block.ToolResult("t1", "12 degrees", false);
        Question question = Question.of(List.of(
                user("How warm is it?"),
                new Message(Role.ASSISTANT, List.of(new Block.ToolUse("t1", "weather"))),
                new Message(Role.USER, List.of(result))));

        assertThat(question.text()).isEqualTo("How warm is it?");
        assertThat(question.toolResults()).containsExactly(result);
    }

    private static Message user(String text) {
        return new Message(Role.USER, List.of(new Block.Text(text)));
    }

    private static Message assistant(String text) {
        return new Message(Role.ASSISTANT, List.of(new Block.Text(text)));
    }
}
