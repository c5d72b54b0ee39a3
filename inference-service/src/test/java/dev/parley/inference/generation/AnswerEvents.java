package dev.parley.inference.generation;

import tools.jackson.databind.json.JsonMapper;

/** The events of an answer with one block of text, or of thinking or a tool before it, as Claude sends them. */
public final class AnswerEvents {
    static final String TEXT_START = """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            """;

    /** The start of a block of thinking, of which nothing is shown until its signature. */
    static final String HIDDEN_THINKING_START = """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            """;

    static final String BLOCK_STOP = """
            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            """;

    static final String MESSAGE_STOP = """
            event: message_stop
            data: {"type":"message_stop"}

            """;

    private AnswerEvents() {}

    /** The start of the answer and of its text. */
    public static String start(String id, int inputTokens) {
        return messageStart(id, inputTokens) + TEXT_START;
    }

    static String messageStart(String id, int inputTokens) {
        return """
            event: message_start
            data: {"type":"message_start","message":{"id":"%s","type":"message","role":"assistant","model":"claude-x","content":[],"usage":{"input_tokens":%d,"output_tokens":1}}}

            """.formatted(id, inputTokens);
    }

    /** The start of a block of thinking. */
    static String thinkingStart(String thinking) {
        return HIDDEN_THINKING_START + """
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":%s}}

            """.formatted(JsonMapper.shared().writeValueAsString(thinking));
    }

    /** A whole block of thinking. */
    static String thinking(String thinking, String signature) {
        return thinkingStart(thinking) + thinkingEnd(signature);
    }

    /** The end of a block of thinking. */
    static String thinkingEnd(String signature) {
        return """
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"%s"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            """.formatted(signature);
    }

    /** The start of a block of a tool. */
    static String toolStart(String type) {
        return """
            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"%s","id":"tool_1","name":"write_file","input":{}}}

            """.formatted(type);
    }

    /** The whole input of a tool. */
    static String input(String json) {
        return """
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":%s}}

            """.formatted(JsonMapper.shared().writeValueAsString(json));
    }

    /** The same events for the second block. */
    static String second(String events) {
        return numbered(1, events);
    }

    /** The same events for another block than the first. */
    static String numbered(int index, String events) {
        return events.replace("\"index\":0", "\"index\":" + index);
    }

    public static String text(String text) {
        return """
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}}

            """.formatted(JsonMapper.shared().writeValueAsString(text));
    }

    /** The end of the text and of the answer. */
    public static String end(int outputTokens) {
        return endWithoutStop("end_turn", outputTokens) + MESSAGE_STOP;
    }

    /** The end of the text, and the reason for it. */
    static String endWithoutStop(String stopReason, int outputTokens) {
        return """
            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"%s"},"usage":{"output_tokens":%d}}

            """.formatted(stopReason, outputTokens);
    }
}
