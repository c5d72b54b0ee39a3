package dev.parley.messages;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The input of a tool call that is no JSON object, such as one that the token limit has cut. A request has to contain an object
 * instead. The Messages API recommends this one (Fine-grained tool streaming): the model sees what it has written.
 */
public final class InvalidToolInput {
    private static final String NAME = "INVALID_JSON";

    private InvalidToolInput() {}

    /** The object for an input. */
    public static ObjectNode of(String input) {
        return JsonNodeFactory.instance.objectNode().put(NAME, input);
    }

    /** Replaces the input of a call, and the text that {@link MessageAssembler#message} keeps beside it. */
    public static void replace(ObjectNode call, String input) {
        call.remove("partial_json");
        call.set("input", of(input));
    }
}
