package dev.parley.simulator.endpoint;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.AnswerWriter;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.conversation.Progress;
import dev.parley.simulator.conversation.Question;
import dev.parley.simulator.directive.Directives;
import dev.parley.simulator.directive.Key;
import dev.parley.simulator.fault.Fault;
import dev.parley.simulator.fault.FaultPlan;
import dev.parley.simulator.fault.FaultQueue;
import dev.parley.simulator.fault.Refusal;
import dev.parley.simulator.fault.Sabotage;
import dev.parley.simulator.ledger.Call;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.request.Reading;
import dev.parley.simulator.request.RequestReader;
import dev.parley.simulator.script.AnswerScript;
import dev.parley.simulator.script.Pacing;
import dev.parley.simulator.script.Script;
import dev.parley.simulator.script.Script.Spoken;
import java.util.Map;
import java.util.Optional;

/** {@code POST /v1/messages}: an answer, or what goes wrong with it. */
final class MessagesEndpoint implements Endpoint {
    private final RequestReader reader;
    private final AnswerWriter writer;
    private final AnswerDefaults defaults;
    private final FaultPlan faults;
    private final FaultQueue queue;
    private final Ids ids;

    MessagesEndpoint(
            RequestReader reader,
            AnswerWriter writer,
            AnswerDefaults defaults,
            FaultPlan faults,
            FaultQueue queue,
            Ids ids) {
        this.reader = reader;
        this.writer = writer;
        this.defaults = defaults;
        this.faults = faults;
        this.queue = queue;
        this.ids = ids;
    }

    @Override
    public Script answer(Call call) {
        String requestId = ids.request();
        Optional<ApiError> denied = Access.denied(call);
        if (denied.isPresent()) {
            return Replies.error(denied.get(), requestId);
        }
        return switch (reader.read(call.body())) {
            case Reading.Rejected(ApiError error) -> Replies.error(error, requestId);
            case Reading.Accepted(MessagesRequest request) -> answer(request, requestId);
        };
    }

    private Script answer(MessagesRequest request, String requestId) {
        Question asked = Question.of(request.messages());
        return switch (Directed.of(asked)) {
            case Directed.Misunderstood(String message) -> Replies.error(ApiError.invalid(message), requestId);
            case Directed.Understood(Question question, Directives own) -> {
                Directives queued = queue.take(asked.text());
                Directives directives = own.with(queued);
                Fault fault = queued.text(Key.FAULT).isPresent()
                        ? faults.next(queued, question.text(), false)
                        : faults.next(own, question.text(), !(question.progress() instanceof Progress.Fresh));
                Spoken planned = plan(request, question, directives, requestId);
                yield new Sabotage(directives, requestId).apply(befalling(fault, request), planned);
            }
        };
    }

    private Spoken plan(MessagesRequest request, Question question, Directives directives, String requestId) {
        Answer answer = writer.write(request, question, defaults.wish(directives));
        Pacing pacing = defaults.pacing(directives);
        Map<String, String> headers = Replies.headers(requestId);
        return request.streaming()
                ? AnswerScript.streamed(answer, pacing, headers)
                : AnswerScript.whole(answer, pacing, headers);
    }

    private static Fault befalling(Fault fault, MessagesRequest request) {
        return fault == Refusal.PREFILL_REFUSED && !request.prefilled() ? new Fault.None() : fault;
    }
}
