package dev.parley.simulator.script;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.Answer.Block;
import dev.parley.simulator.answer.Answer.Content;
import dev.parley.simulator.request.Directive;
import dev.parley.simulator.request.Directives;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the script of an answer: its events or its body, at the pace of the directives. */
public final class ScriptWriter {
    /** The script is made before it is sent. Later pauses are silent. */
    private static final int PINGS_MAX = 10_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Answer answer;
    private final Duration firstToken;
    private final Duration head;
    private final double tokensPerSecond;
    private final Duration pauseMax;
    private final List<ScriptEvent> events = new ArrayList<>();
    private int tokens;
    private int pings;

    private ScriptWriter(Answer answer, Directives directives) {
        this.answer = answer;
        this.firstToken = directives.milliseconds(Directive.FIRST_TOKEN_MS).orElseThrow();
        this.head = directives
                .milliseconds(Directive.HEAD_MS)
                .filter(at -> at.compareTo(firstToken) < 0)
                .orElse(firstToken);
        this.tokensPerSecond = directives.decimal(Directive.TOKENS_PER_SECOND).orElseThrow();
        this.pauseMax = directives.milliseconds(Directive.PING_MS).orElseThrow();
    }

    /**
     * The answer piece by piece.
     *
     * @param directives with values for {@code first_token_ms}, {@code tokens_per_second} and {@code ping_ms}
     */
    public static StreamScript stream(Answer answer, Directives directives, Map<String, String> headers) {
        return StreamScript.stream(headers, new ScriptWriter(answer, directives).events());
    }

    /** The answer in one body, at the time of its last token. */
    public static StreamScript whole(Answer answer, Directives directives, Map<String, String> headers) {
        Duration at = new ScriptWriter(answer, directives).at(answer.usage().output() - 1);
        return StreamScript.json(200, headers, at, EventEncoder.message(answer));
    }

    private List<ScriptEvent> events() {
        add(head, EventEncoder.messageStart(answer));
        if (answer.blocks().isEmpty()) {
            add(head, EventEncoder.PING);
        }
        for (int index = 0; index < answer.blocks().size(); index++) {
            addBlock(index, answer.blocks().get(index));
        }
        add(lastToken(), EventEncoder.messageDelta(answer));
        add(lastToken(), EventEncoder.MESSAGE_STOP);
        return events;
    }

    private void addBlock(int index, Block block) {
        Duration begin = index == 0 ? head : at(tokens);
        add(begin, EventEncoder.blockStart(index, block.content()));
        if (index == 0) {
            add(begin, EventEncoder.PING);
        }
        Content content = block.content();
        if (content instanceof Content.ToolUse) {
            add(begin, EventEncoder.delta(index, content, ""));
        }
        boolean omitted = content instanceof Content.Thinking thinking && thinking.omitted();
        for (String piece : block.pieces()) {
            if (!omitted) {
                add(new ScriptEvent(at(tokens), true, () -> EventEncoder.delta(index, content, piece)));
            }
            tokens++;
        }
        if (content instanceof Content.Thinking thinking) {
            add(lastToken(), EventEncoder.signatureDelta(index, thinking.signature()));
        }
        add(lastToken(), EventEncoder.blockStop(index));
    }

    private void add(Duration at, String text) {
        add(ScriptEvent.of(at, text));
    }

    /** Adds an event, after pings if the pause before it is too long. */
    private void add(ScriptEvent event) {
        while (!events.isEmpty()
                && pings < PINGS_MAX
                && events.getLast().at().plus(pauseMax).compareTo(event.at()) < 0) {
            events.add(ScriptEvent.of(events.getLast().at().plus(pauseMax), EventEncoder.PING));
            pings++;
        }
        events.add(event);
    }

    /** The time of the latest token. */
    private Duration lastToken() {
        return at(Math.max(0, tokens - 1));
    }

    /** The time of a token; the first has the number 0. */
    private Duration at(int token) {
        return tokensPerSecond == 0
                ? firstToken
                : firstToken.plusNanos(Math.round(token * NANOS_PER_SECOND / tokensPerSecond));
    }
}
