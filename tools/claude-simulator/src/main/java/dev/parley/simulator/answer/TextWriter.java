package dev.parley.simulator.answer;

import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Question;
import dev.parley.simulator.request.Question.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Writes the text of an answer, or the rest of one that was begun. The same question gets the same answer, so the rest of
 * the simulator's own answer completes it exactly.
 */
record TextWriter(Directives directives, JsonNode schema) {
    private static final int EXCERPT_CHARACTERS_MAX = 400;

    /**
     * The text for a question.
     *
     * @param schema the JSON schema that the text is to fit if no directive sets it, missing for none
     */
    static String write(Question question, Directives directives, JsonNode schema) {
        TextWriter writer = new TextWriter(directives, schema);
        return switch (question.progress()) {
            case Progress.Fresh() -> writer.full(question);
            case Progress.Prefilled(String written) ->
                rest(writer.full(question), written).orElseGet(() -> writer.continued(written, question));
            case Progress.ContinueRequested(String written, String instruction) ->
                rest(writer.full(question), written)
                        .filter(rest -> !rest.isEmpty())
                        .orElseGet(() -> writer.full(question.asking(instruction)));
        };
    }

    private static Optional<String> rest(String full, String written) {
        return full.startsWith(written) ? Optional.of(full.substring(written.length())) : Optional.empty();
    }

    /** Continues a text that is not the simulator's own. */
    private String continued(String written, Question question) {
        if (written.isBlank()) {
            return full(question);
        }
        return written.endsWith("{") ? "\"simulated\": true, \"answer\": 42}" : " " + full(question);
    }

    private String full(Question question) {
        Optional<String> text = directives.text(Directive.TEXT);
        if (text.isPresent()) {
            return text.get();
        }
        if (directives.number(Directive.TOKENS).isPresent()) {
            return Prose.answer(
                    question.text(),
                    preface(question),
                    directives.number(Directive.TOKENS).getAsInt());
        }
        return schema.isObject()
                ? ToolInput.of(schema, question.text()).toString()
                : Prose.answer(question.text(), preface(question));
    }

    /** Mentions what else came with the question, as evidence that it arrived. */
    private static String preface(Question question) {
        List<String> sentences = new ArrayList<>();
        question.earlier()
                .filter(earlier -> !earlier.isBlank())
                .map(earlier -> earlier.lines().findFirst().orElse(""))
                .ifPresent(line -> sentences.add("Earlier you asked “" + excerpt(line) + "”."));
        for (Question.Media media : question.media()) {
            sentences.add("I can see that an %s came along (%s, %s bytes)."
                    .formatted(media.kind(), media.mediaType(), media.bytes()));
        }
        for (Question.ToolResult result : question.toolResults()) {
            sentences.add("The tool " + (result.error() ? "failed" : "answered") + ": " + excerpt(result.text()));
        }
        return String.join("\n\n", sentences);
    }

    private static String excerpt(String text) {
        return Tokens.excerpt(text, EXCERPT_CHARACTERS_MAX);
    }
}
