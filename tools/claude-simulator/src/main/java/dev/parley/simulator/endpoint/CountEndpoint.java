package dev.parley.simulator.endpoint;

import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.InputTokens;
import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.request.Reading;
import dev.parley.simulator.request.RequestReader;
import dev.parley.simulator.script.Script;
import java.util.Optional;

/** {@code POST /v1/messages/count_tokens}: how many input tokens a request has. */
final class CountEndpoint implements Endpoint {
    private final RequestReader reader;
    private final Ids ids;

    CountEndpoint(RequestReader reader, Ids ids) {
        this.reader = reader;
        this.ids = ids;
    }

    @Override
    public Script answer(Call call) {
        String requestId = ids.request();
        Optional<ApiError> denied = Access.denied(call);
        if (denied.isPresent()) {
            return Replies.error(denied.get(), requestId);
        }
        return switch (reader.readForCount(call.body())) {
            case Reading.Rejected(ApiError error) -> Replies.error(error, requestId);
            case Reading.Accepted(MessagesRequest request) ->
                Replies.json("{\"input_tokens\":" + InputTokens.count(request) + "}", Replies.headers(requestId));
        };
    }
}
