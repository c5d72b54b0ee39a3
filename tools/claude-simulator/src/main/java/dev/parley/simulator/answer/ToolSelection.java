package dev.parley.simulator.answer;

import dev.parley.simulator.request.MessagesRequest.Tool;
import dev.parley.simulator.request.MessagesRequest.ToolChoice;
import dev.parley.simulator.request.Question;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Decides which tools an answer uses. If the choice is free, these are the tools with a word of their name in the question,
 * and none after tool results.
 */
final class ToolSelection {
    private static final int PARALLEL_MAX = 3;
    private static final int WORD_LENGTH_MIN = 4;
    private static final Pattern WORD_BREAK = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})");

    private ToolSelection() {}

    /** The tools to use, in the order of the request; empty for an answer in text. */
    static List<Tool> choose(List<Tool> tools, ToolChoice choice, Question question) {
        List<Tool> named =
                tools.stream().filter(tool -> isNamed(tool, question.text())).toList();
        return switch (choice) {
            case ToolChoice.Forbidden() -> List.of();
            case ToolChoice.Named(String name) ->
                tools.stream().filter(tool -> tool.name().equals(name)).toList();
            case ToolChoice.Any() ->
                (named.isEmpty() ? tools : named).stream().limit(1).toList();
            case ToolChoice.Auto(boolean parallel) ->
                question.toolResults().isEmpty()
                        ? named.stream().limit(parallel ? PARALLEL_MAX : 1).toList()
                        : List.of();
        };
    }

    private static boolean isNamed(Tool tool, String question) {
        String asked = question.toLowerCase(Locale.ROOT);
        return Arrays.stream(WORD_BREAK.split(tool.name()))
                .filter(word -> word.length() >= WORD_LENGTH_MIN)
                .anyMatch(word -> asked.contains(word.toLowerCase(Locale.ROOT)));
    }
}
