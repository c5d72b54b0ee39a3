package dev.parley.gateway.conversation;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredTurn;

/** A conversation as one JSON object, with the names of {@code GET /v1/conversations/{id}} and all of its turns. */
final class JsonExport implements ExportFormat.Writer {
    private boolean first = true;

    @Override
    public String beginning(ConversationSummary conversation) {
        String summary = TurnCodec.MAPPER.writeValueAsString(conversation);
        return summary.substring(0, summary.lastIndexOf('}')) + ",\"turns\":[";
    }

    @Override
    public String turn(StoredTurn turn) {
        String separator = first ? "\n" : ",\n";
        first = false;
        return separator + TurnCodec.MAPPER.writeValueAsString(turn);
    }

    @Override
    public String end() {
        return "\n]}\n";
    }
}
