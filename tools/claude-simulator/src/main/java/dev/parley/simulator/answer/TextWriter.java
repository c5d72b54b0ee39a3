package dev.parley.simulator.answer;

import dev.parley.simulator.conversation.Block;
import dev.parley.simulator.conversation.Progress;
import dev.parley.simulator.conversation.Question;
import dev.parley.simulator.prose.Prose;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the text of an answer, or the rest of one that was begun. Since the same question gets the same answer, what
 * follows a true beginning makes up the whole of it, to the letter.
 */
final class TextWriter {
    private static final int EXCERPT_CHARACTERS_MAX = 400;

    private TextWriter() {}

    static String write(Question question, Wish wish) {
        return switch (question.progress()) {
            case Progress.Fresh() -> full(question, wish);
            case Progress.Begun(String written) ->
                rest(full(question, wish), written).orElseGet(() -> after(written, question, wish));
            case Progress.AskedToGoOn(String written, String request) ->
                rest(full(question, wish), written)
                        .filter(rest -> !rest.isEmpty())
                        .orElseGet(() -> full(question.withWishAsText(request), wish));
        };
    }

    private static Optional<String> rest(String full, String written) {
        return full.startsWith(written) ? Optional.of(full.substring(written.length())) : Optional.empty();
    }

    /** Goes on from words that are not the simulator's own. */
    private static String after(String written, Question question, Wish wish) {
        if (written.isBlank()) {
            return full(question, wish);
        }
        if (written.endsWith("{")) {
            return "\"simulated\": true, \"answer\": 42}";
        }
        return " " + full(question, wish);
    }

    private static String full(Question question, Wish wish) {
        String preface = preface(question);
        return switch (wish) {
            case Wish.Anything() -> Prose.answer(question.text(), preface);
            case Wish.Length(int tokens) -> Prose.answer(question.text(), preface, tokens);
            case Wish.Words(String text) -> text;
        };
    }

    /** What the answer takes up from the request, so that a reader sees that it arrived. */
    private static String preface(Question question) {
        List<String> sentences = new ArrayList<>();
        question.earlier()
                .filter(earlier -> !earlier.isBlank())
                .ifPresent(earlier -> sentences.add("Earlier you asked “"
                        + excerpt(earlier.lines().findFirst().orElse("")) + "”."));
        for (Block.Media media : question.media()) {
            sentences.add("I can see that an %s came along (%s, %d bytes)."
                    .formatted(media.kind(), media.mediaType(), media.bytes()));
        }
        for (Block.ToolResult result : question.toolResults()) {
            sentences.add("The tool " + (result.error() ? "failed" : "answered") + ": " + excerpt(result.text()));
        }
        return String.join("\n\n", sentences);
    }

    private static String excerpt(String text) {
        if (text.length() <= EXCERPT_CHARACTERS_MAX) {
            return text;
        }
        boolean pair = Character.isHighSurrogate(text.charAt(EXCERPT_CHARACTERS_MAX - 1));
        return text.substring(0, EXCERPT_CHARACTERS_MAX - (pair ? 1 : 0)) + "…";
    }
}
