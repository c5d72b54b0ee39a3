package dev.parley.simulator.api;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.AnswerGenerator;
import dev.parley.simulator.answer.Ids;
import dev.parley.simulator.answer.InputTokens;
import dev.parley.simulator.answer.JudgeRules;
import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.DirectiveParser;
import dev.parley.simulator.request.Directives;
import dev.parley.simulator.request.Fault;
import dev.parley.simulator.request.JudgeQuestion;
import dev.parley.simulator.request.MessagesRequest;
import dev.parley.simulator.request.MessagesRequestReader;
import dev.parley.simulator.request.MessagesRequestReader.Result;
import dev.parley.simulator.request.ModelCatalog;
import dev.parley.simulator.request.ModelCatalog.Model;
import dev.parley.simulator.request.Question;
import dev.parley.simulator.request.Question.Progress;
import dev.parley.simulator.script.FaultScript;
import dev.parley.simulator.script.Faults;
import dev.parley.simulator.script.ScriptWriter;
import dev.parley.simulator.script.StreamScript;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The endpoints of the Messages API: answers, token counts, models. */
record MessagesApi(
        MessagesRequestReader reader,
        AnswerGenerator generator,
        Directives defaults,
        Faults faults,
        Supplier<JudgeRules> judge,
        MessageThreads threads,
        Ids ids) {
    private static final String BEARER = "bearer ";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** {@code POST /v1/messages}: an answer, or the fault of the directives. */
    StreamScript messages(SimulatorRequest received) {
        return authorized(
                received,
                requestId -> threads.whole(received.body())
                        .map(body -> messages(body, requestId))
                        .orElseGet(() -> Replies.threadNotFound(requestId)));
    }

    private StreamScript messages(byte[] body, String requestId) {
        return switch (reader.read(body, true)) {
            case Result.Rejected(ApiError error) -> Replies.error(error, requestId);
            case Result.Accepted(MessagesRequest request) -> answer(request, body, requestId);
        };
    }

    /** {@code POST /v1/messages/count_tokens}: the number of input tokens of a request. */
    StreamScript count(SimulatorRequest received) {
        return authorized(received, requestId -> switch (reader.read(received.body(), false)) {
            case Result.Rejected(ApiError error) -> Replies.error(error, requestId);
            case Result.Accepted(MessagesRequest request) ->
                Replies.json(
                        JSON.objectNode().put("input_tokens", InputTokens.count(request)), Replies.headers(requestId));
        });
    }

    /** {@code GET /v1/models}. The list is one page. */
    StreamScript models(SimulatorRequest received) {
        List<Model> listed = ModelCatalog.KNOWN;
        ObjectNode list = JSON.objectNode();
        list.putArray("data").addAll(listed.stream().map(MessagesApi::json).toList());
        list.put("has_more", false)
                .put("first_id", listed.getFirst().id())
                .put("last_id", listed.getLast().id());
        return authorized(received, requestId -> Replies.json(list, Replies.headers(requestId)));
    }

    /** {@code GET /v1/models/NAME}. */
    StreamScript model(SimulatorRequest received) {
        String name = received.path().substring(SimulatorRoutes.MODEL_PATH.length());
        return authorized(
                received,
                requestId -> ModelCatalog.find(name)
                        .map(model -> Replies.json(json(model), Replies.headers(requestId)))
                        .orElseGet(() -> Replies.error(
                                new ApiError(ApiError.ErrorType.NOT_FOUND, "model: " + name), requestId)));
    }

    private static ObjectNode json(Model model) {
        return JSON.objectNode()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.displayName())
                .put("created_at", model.createdAt());
    }

    private StreamScript answer(MessagesRequest request, byte[] body, String requestId) {
        Question asked = request.question();
        Optional<JudgeQuestion> judged = JudgeQuestion.of(request);
        if (judged.isPresent()) {
            // One word, whatever directives the questions contain.
            String word =
                    judge.get().permits(judged.get().stored(), judged.get().asked()) ? "yes" : "no";
            return script(request, asked, new Directives(Map.of(Directive.TEXT, word)), body, requestId);
        }
        DirectiveParser parser = new DirectiveParser();
        Question question = asked.map(parser::read);
        if (parser.error().isPresent()) {
            return Replies.error(ApiError.invalid(parser.error().get()), requestId);
        }
        return script(request, question, parser.directives(), body, requestId);
    }

    /** The script of an answer. Directives that are queued override those of the request. */
    private StreamScript script(
            MessagesRequest request, Question question, Directives own, byte[] body, String requestId) {
        Directives queued = faults.take(request.question().text());
        Directives directives = defaults.with(own).with(queued);
        Answer answer = generator.generate(request, question, directives);
        threads.keep(body, answer);
        Map<String, String> headers = Replies.headers(requestId);
        StreamScript planned = request.streaming()
                ? ScriptWriter.stream(answer, directives, headers)
                : ScriptWriter.whole(answer, directives, headers);
        return FaultScript.of(fault(request, question, own, queued), planned, directives, requestId);
    }

    /** The fault of the queued directives if they have one, otherwise that of the request's own. */
    private Fault fault(MessagesRequest request, Question question, Directives own, Directives queued) {
        boolean continues = !(question.progress() instanceof Progress.Fresh);
        Fault fault = queued.faults().isEmpty()
                ? faults.next(own, question.text(), continues)
                : faults.next(queued, question.text(), false);
        return fault == Fault.PREFILL_REFUSED && !request.prefilled() ? Fault.NONE : fault;
    }

    /** The answer to a request with the headers that the API requires. Any key is accepted except an empty one. */
    private StreamScript authorized(SimulatorRequest received, Function<String, StreamScript> answer) {
        String requestId = ids.request();
        return headerError(received)
                .map(error -> Replies.error(error, requestId))
                .orElseGet(() -> answer.apply(requestId));
    }

    private static Optional<ApiError> headerError(SimulatorRequest received) {
        String authorization = received.header("authorization");
        boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && !authorization.substring(BEARER.length()).isBlank();
        if (!bearer && received.header("x-api-key").isBlank()) {
            return Optional.of(new ApiError(ApiError.ErrorType.AUTHENTICATION, "x-api-key header is required"));
        }
        return received.header("anthropic-version").isBlank()
                ? Optional.of(ApiError.invalid("anthropic-version: header is required"))
                : Optional.empty();
    }
}
