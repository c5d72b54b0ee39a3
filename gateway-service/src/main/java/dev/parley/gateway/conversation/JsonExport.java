package dev.parley.gateway.conversation;

import dev.parley.contracts.event.TurnCodec;
import dev.parley.conversations.ConversationSummary;
import dev.parley.conversations.StoredTurn;

/** Export as one JSON object with the field names of {@code GET /v1/conversations/{id}} and all turns. */
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
