package dev.parley.simulator.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.request.MessagesRequest.Tool;
import dev.parley.simulator.request.MessagesRequest.ToolChoice;
import dev.parley.simulator.request.Question;
import dev.parley.simulator.request.Question.Progress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ToolSelectionTest {
    private static final Tool WEATHER = tool("get_weather");
    private static final Tool CALCULATOR = tool("calculator");
    private static final List<Tool> TOOLS = List.of(WEATHER, CALCULATOR);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            What's the weather in Paris?                        | get_weather
            Use the Calculator for 12 * 7                       | calculator
            Use the calculator for the weather                  | get_weather calculator
            Tell me a story                                     | ''
            """)
    void aFreeChoiceUsesWhatTheQuestionIsAbout(String question, String names) {
        assertThat(names(ToolSelection.choose(TOOLS, new ToolChoice.Auto(true), asked(question))))
                .isEqualTo(names);
    }

    @Test
    void oneAtATimeIfParallelUseIsOff() {
        assertThat(names(ToolSelection.choose(
                        TOOLS, new ToolChoice.Auto(false), asked("Use the calculator for the weather"))))
                .isEqualTo("get_weather");
    }

    @Test
    void aForcedToolIsUsedWhateverIsAsked() {
        assertThat(names(ToolSelection.choose(TOOLS, new ToolChoice.Named("calculator"), asked("Hello"))))
                .isEqualTo("calculator");
        assertThat(ToolSelection.choose(TOOLS, new ToolChoice.Any(), asked("Hello")))
                .hasSize(1);
        assertThat(names(ToolSelection.choose(TOOLS, new ToolChoice.Any(), asked("Use the calculator"))))
                .isEqualTo("calculator");
    }

    @Test
    void aForbiddenToolIsNotUsed() {
        assertThat(ToolSelection.choose(TOOLS, new ToolChoice.Forbidden(), asked("What's the weather?")))
                .isEmpty();
    }

    @Test
    void afterAToolResultItAnswersInText() {
        Question question = new Question(
                "What's the weather?",
                new Progress.Fresh(),
                Optional.empty(),
                List.of(),
                List.of(new Question.ToolResult("rain", false)));

        assertThat(ToolSelection.choose(TOOLS, new ToolChoice.Auto(true), question))
                .isEmpty();
    }

    private static Question asked(String text) {
        return new Question(text, new Progress.Fresh(), Optional.empty(), List.of(), List.of());
    }

    private static String names(List<Tool> tools) {
        return String.join(" ", tools.stream().map(Tool::name).toList());
    }

    private static Tool tool(String name) {
        return new Tool(name, JsonNodeFactory.instance.objectNode());
    }
}
