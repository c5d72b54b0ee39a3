package dev.parley.simulator.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A valid request for an answer, reduced to what the simulator needs of it.
 *
 * @param thinking before the answer; empty if there is none
 * @param outputSchema the JSON schema that the answer is to fit, missing if it may be any text
 */
public record MessagesRequest(
        ModelCatalog.Model model,
        int maxTokens,
        boolean streaming,
        Optional<Thinking> thinking,
        Question question,
        List<Tool> tools,
        ToolChoice toolChoice,
        List<String> stopSequences,
        JsonNode outputSchema,
        Prompt prompt) {

    /**
     * Thinking.
     *
     * @param omitted whether its text is missing from the answer
     * @param signature empty if any will do
     */
    public record Thinking(boolean omitted, Optional<String> signature) {}

    /** A tool that the client runs. Tools that the API runs itself, such as web search, are not simulated. */
    public record Tool(String name, JsonNode inputSchema) {}

    /** Whether the answer may, or must, use tools. */
    public sealed interface ToolChoice {
        record Auto(boolean parallel) implements ToolChoice {}

        record Any() implements ToolChoice {}

        record Named(String name) implements ToolChoice {}

        record Forbidden() implements ToolChoice {}
    }

    /**
     * The input, without the content of media, in the order of the prompt cache: tools, system prompt, messages.
     *
     * @param cached the part up to the last {@code cache_control}, empty if there is none
     * @param blocks the lengths of {@code cached} up to the end of each of its blocks, ascending
     * @param messages the number of messages
     * @param media the number of images and documents
     */
    public record Prompt(String text, String cached, List<Integer> blocks, int messages, int media) {
        static Prompt of(JsonNode body) {
            PromptBuilder prompt = new PromptBuilder();
            body.path("tools").forEach(tool -> prompt.add(tool, tool.toString()));
            prompt.addContent(body.path("system"));
            body.path("messages").forEach(message -> prompt.addContent(message.path("content")));
            prompt.mark(body);
            long media =
                    body.path("messages").valueStream().flatMap(Question::media).count();
            return new Prompt(
                    prompt.text.toString(),
                    prompt.text.substring(0, prompt.cachedLength),
                    prompt.blocks.stream()
                            .filter(end -> end <= prompt.cachedLength)
                            .toList(),
                    body.path("messages").size(),
                    (int) media);
        }
    }

    private static final class PromptBuilder {
        private final StringBuilder text = new StringBuilder();
        private final List<Integer> blocks = new ArrayList<>();
        private int cachedLength;

        void addContent(JsonNode content) {
            if (content.isString()) {
                append(content.stringValue(""));
            }
            for (JsonNode block : content) {
                JsonNode input = block.path("input");
                add(
                        block,
                        block.path("text").stringValue("")
                                + block.path("thinking").stringValue("")
                                + (input.isObject() ? input.toString() : ""));
                addContent(block.path("content"));
            }
        }

        void add(JsonNode part, String words) {
            append(words);
            mark(part);
        }

        private void append(String words) {
            text.append(words).append('\n');
            blocks.add(text.length());
        }

        void mark(JsonNode part) {
            if (part.path("cache_control").isObject()) {
                cachedLength = text.length();
            }
        }
    }

    /** Whether the client began the answer: the last message is the assistant's. */
    public boolean prefilled() {
        return question.progress() instanceof Question.Progress.Prefilled;
    }
}
