package dev.parley.simulator.request;

import dev.parley.simulator.conversation.Message;
import dev.parley.simulator.model.Model;
import dev.parley.simulator.tool.Tool;
import dev.parley.simulator.tool.ToolChoice;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A valid request for an answer, reduced to what the simulator needs of it.
 *
 * @param outputSchema the JSON schema that the answer is to fit, missing if it may be any text
 * @param promptText everything that counts as input besides pictures: system prompt, messages, tools
 * @param cachedText the part of {@code promptText} up to the last {@code cache_control}, empty if there is none
 */
public record MessagesRequest(
        Model model,
        int maxTokens,
        boolean streaming,
        boolean thinking,
        List<Message> messages,
        List<Tool> tools,
        ToolChoice toolChoice,
        List<String> stopSequences,
        JsonNode outputSchema,
        String promptText,
        String cachedText) {

    public MessagesRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        stopSequences = List.copyOf(stopSequences);
    }

    /** Whether the answer was begun by the client: the last message is the assistant's. */
    public boolean prefilled() {
        return messages.getLast().role() == Message.Role.ASSISTANT;
    }
}
