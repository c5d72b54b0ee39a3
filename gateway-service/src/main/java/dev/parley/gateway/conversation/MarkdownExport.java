package dev.parley.gateway.conversation;

import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.json.HeapEstimate;
import dev.parley.contracts.json.RawJson;
import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredTurn;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Export as Markdown: for each turn the new messages of its request, and the answer. Text of messages is treated as
 * Markdown and copied unchanged.
 */
final class MarkdownExport implements ExportFormat.Writer {
    private static final String ASSISTANT = "assistant";
    private static final Pattern BACKTICKS = Pattern.compile("`{3,}");

    /** Messages up to this size are parsed without an estimate; the tree takes up to 30 times as much heap. */
    private static final int MESSAGE_BYTES_MAX = 100_000;

    /** Each level indents everything inside it: without a bound, a deep input grows a hundredfold. */
    private static final int INDENTED_LEVELS_MAX = 8;
    /** Exceeds the tree of a single text of the maximum request size. */
    private static final long MESSAGE_HEAP_MAX = 48 << 20;

    private static final JsonNode TOO_LARGE = JsonNodeFactory.instance
            .objectNode()
            .put("content", "*(This message has too many values to be shown here.)*");

    /** The last question of the previous request, and the beginning of its answer if the request has one; none at first. */
    private List<RawJson> asked = List.of();

    /** The position of that question in its request. */
    private int askedAt;

    private boolean answered;

    @Override
    public String beginning(ConversationSummary conversation) {
        return "# " + conversation.title() + "\n\n" + conversation.createdAt() + " to " + conversation.updatedAt()
                + "\n";
    }

    @Override
    public String turn(StoredTurn turn) {
        TurnFacts facts = turn.facts();
        StringBuilder text = new StringBuilder();
        for (RawJson message : newMessages(turn)) {
            JsonNode parsed = tree(message);
            append(text, parsed.path("role").stringValue("user"), parsed.path("content"));
        }
        append(text, ASSISTANT, tree(turn.message()).path("content"));
        turn.error()
                .ifPresent(error -> text.append("\n*The answer failed: ")
                        .append(error.message())
                        .append("*\n"));
        if (turn.type() == StoredTurn.Type.CANCELLED) {
            text.append("\n*The answer was stopped.*\n");
        }
        text.append("\n*%s, %s, %s + %s tokens%s*\n"
                .formatted(
                        facts.receivedAt(),
                        facts.model(),
                        facts.usage().promptTokens(),
                        facts.usage().outputTokens(),
                        facts.costUsd()
                                .map(cost -> ", $" + cost.toPlainString())
                                .orElse("")));
        return text.toString();
    }

    @Override
    public String end() {
        return "";
    }

    /**
     * All messages of the first turn; for later turns, the messages after the last repeated answer. The messages of the assistant
     * after the last question are the beginning of the answer that is requested, unless they repeat the answer to the same
     * question, such as one that Claude has paused: then nothing is new.
     */
    private List<RawJson> newMessages(StoredTurn turn) {
        List<RawJson> messages = turn.facts().request().elements("messages");
        int question = Math.max(messages.size() - 1, 0);
        while (question > 0 && isAnswer(messages.get(question))) {
            question--;
        }
        int from = question;
        while (from > 0 && (asked.isEmpty() || !isAnswer(messages.get(from - 1)))) {
            from--;
        }
        List<RawJson> asks = RawJson.detached(messages.subList(question, messages.size()));
        boolean continues = answered
                && question == askedAt
                && asks.size() > 1
                && asks.getFirst().equals(asked.getFirst())
                && !asks.equals(asked);
        asked = asks;
        askedAt = question;
        answered = turn.type() == StoredTurn.Type.COMPLETED;
        return continues ? List.of() : messages.subList(from, messages.size());
    }

    private static boolean isAnswer(RawJson message) {
        return tree(message).path("role").stringValue("").equals(ASSISTANT);
    }

    /** The parsed message; a placeholder if its tree would exceed {@link #MESSAGE_HEAP_MAX}. */
    private static JsonNode tree(RawJson message) {
        return message.length() <= MESSAGE_BYTES_MAX || HeapEstimate.of(message.bytes()) <= MESSAGE_HEAP_MAX
                ? message.tree()
                : TOO_LARGE;
    }

    private static void append(StringBuilder text, String role, JsonNode content) {
        text.append("\n## ").append(role).append("\n\n").append(content(content, role));
    }

    /**
     * Text of messages, or of the result of a tool. Results within a result, which Claude does not accept, are not shown: each level
     * would copy the text and look for backticks in it.
     *
     * @param parent the role of the message, or the type of the block whose content it is
     */
    private static String content(JsonNode content, String parent) {
        if (content.isString()) {
            return content.stringValue() + "\n";
        }
        StringBuilder text = new StringBuilder();
        String before = "";
        for (JsonNode block : content) {
            String type = block.path("type").stringValue("block");
            boolean continues = parent.equals(ASSISTANT) && before.equals("text") && type.equals("text");
            before = type;
            if (type.equals("thinking")
                    && block.path("thinking").stringValue("").isBlank()) {
                // Claude omits its text by default.
                continue;
            }
            if (continues) {
                // Such blocks are one text of an answer: each has the citations of its part.
                text.setLength(text.length() - 1);
            } else if (!text.isEmpty()) {
                text.append("\n");
            }
            text.append(
                    switch (type) {
                        case "text" -> block.path("text").stringValue("") + "\n";
                        case "tool_use" ->
                            "*Tool " + block.path("name").stringValue("") + "*\n\n"
                                    + fenced("json", json(block.path("input")));
                        case "tool_result" ->
                            parent.equals(type)
                                    ? placeholder(type)
                                    : "*Result*\n\n" + fenced("", content(block.path("content"), type));
                        case "thinking" ->
                            "*Thought*\n\n" + fenced("", block.path("thinking").stringValue(""));
                        default -> placeholder(type);
                    });
        }
        return text.toString();
    }

    private static String placeholder(String type) {
        return "*(" + type + ")*\n";
    }

    private static String json(JsonNode input) {
        return isDeeper(input, INDENTED_LEVELS_MAX) ? input.toString() : input.toPrettyString();
    }

    private static boolean isDeeper(JsonNode node, int levels) {
        if (!node.isContainer()) {
            return false;
        }
        if (levels == 0) {
            return true;
        }
        for (JsonNode child : node) {
            if (isDeeper(child, levels - 1)) {
                return true;
            }
        }
        return false;
    }

    /** A code block whose fence is longer than any fence inside the text. */
    private static String fenced(String language, String text) {
        int longest = BACKTICKS
                .matcher(text)
                .results()
                .mapToInt(run -> run.group().length())
                .max()
                .orElse(2);
        String fence = "`".repeat(longest + 1);
        return fence + language + "\n" + text.stripTrailing() + "\n" + fence + "\n";
    }
}
