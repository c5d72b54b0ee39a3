package dev.parley.simulator.answer;

import dev.parley.simulator.request.MessagesRequest.Tool;
import dev.parley.simulator.request.MessagesRequest.ToolChoice;
import dev.parley.simulator.request.Question;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which tools an answer uses. If the choice is free, these are the tools whose name or description shares words
 * with the question, and none after tool results.
 */
final class ToolSelection {
    private static final int PARALLEL_MAX = 3;
    private static final int SHARED_DESCRIPTION_WORDS_MIN = 2;
    private static final int WORD_LENGTH_MIN = 4;
    private static final Pattern WORD_BREAK = Pattern.compile("[^\\p{L}\\p{N}]+|(?<=\\p{Ll})(?=\\p{Lu})");

    /** Words without relevance for the choice of a tool. */
    private static final Set<String> STOP_WORDS = Set.of(
            "about", "answer", "call", "create", "data", "fetch", "find", "from", "given", "have", "into", "list",
            "look", "lookup", "make", "query", "return", "returns", "search", "show", "tell", "that", "the", "this",
            "tool", "used", "user", "what", "when", "where", "which", "with", "your");

    private ToolSelection() {}

    /** The tools to use, in the order of the request; empty for an answer in text. */
    static List<Tool> choose(List<Tool> tools, ToolChoice choice, Question question) {
        Set<String> asked = Set.copyOf(words(question.text()));
        return switch (choice) {
            case ToolChoice.Forbidden() -> List.of();
            case ToolChoice.Named(String name) ->
                tools.stream().filter(tool -> tool.name().equals(name)).toList();
            case ToolChoice.Any() ->
                tools.stream().max(Comparator.comparingLong(tool -> score(tool, asked))).stream()
                        .toList();
            case ToolChoice.Auto(boolean parallel) ->
                tools.stream()
                        .filter(tool -> question.toolResults().isEmpty() && score(tool, asked) > 0)
                        .limit(parallel ? PARALLEL_MAX : 1)
                        .toList();
        };
    }

    private static long score(Tool tool, Set<String> asked) {
        long byName =
                words(tool.name()).stream().filter(word -> matches(word, asked)).count();
        long byDescription = words(tool.description()).stream()
                .distinct()
                .filter(word -> matches(word, asked))
                .count();
        return byName * SHARED_DESCRIPTION_WORDS_MIN
                + (byDescription >= SHARED_DESCRIPTION_WORDS_MIN ? byDescription : 0);
    }

    /** Words match if one is the beginning of the other: time and times, calculate and calculator. */
    private static boolean matches(String word, Set<String> asked) {
        return asked.stream()
                .anyMatch(other ->
                        stem(other).startsWith(stem(word)) || stem(word).startsWith(stem(other)));
    }

    private static String stem(String word) {
        return word.length() > 6 ? word.substring(0, word.length() - 2) : word;
    }

    private static List<String> words(String text) {
        return Arrays.stream(WORD_BREAK.split(text))
                .map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> word.length() >= WORD_LENGTH_MIN && !STOP_WORDS.contains(word))
                .toList();
    }
}
