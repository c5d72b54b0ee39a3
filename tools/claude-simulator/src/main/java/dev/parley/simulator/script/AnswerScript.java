package dev.parley.simulator.script;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.AnswerBlock;
import dev.parley.simulator.answer.Usage;
import dev.parley.simulator.script.Script.Spoken;
import dev.parley.simulator.script.StreamEvent.Delta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns an answer into what is sent, and when. */
public final class AnswerScript {
    private final Answer answer;
    private final Pacing pacing;
    private final List<Cue> cues = new ArrayList<>();
    private int tokens;

    private AnswerScript(Answer answer, Pacing pacing) {
        this.answer = answer;
        this.pacing = pacing;
    }

    /** The answer piece by piece. */
    public static Spoken streamed(Answer answer, Pacing pacing, Map<String, String> headers) {
        return Spoken.stream(headers, Pings.between(new AnswerScript(answer, pacing).events(), pacing.silenceMax()));
    }

    /** The answer in one body, when its last token would have been due. */
    public static Spoken whole(Answer answer, Pacing pacing, Map<String, String> headers) {
        return Spoken.json(200, headers, pacing.at(answer.usage().output() - 1), MessageBody.of(answer));
    }

    private List<Cue> events() {
        Usage begun = new Usage(
                answer.usage().input(),
                answer.usage().cacheCreation(),
                answer.usage().cacheRead(),
                1,
                0);
        add(pacing.head(), new StreamEvent.MessageStart(answer.id(), answer.model(), begun));
        if (answer.blocks().isEmpty()) {
            add(pacing.head(), new StreamEvent.Ping());
        }
        for (int index = 0; index < answer.blocks().size(); index++) {
            block(index, answer.blocks().get(index));
        }
        add(last(), new StreamEvent.MessageDelta(answer.stop(), answer.usage()));
        add(last(), new StreamEvent.MessageStop());
        return cues;
    }

    private void block(int index, AnswerBlock block) {
        Duration begin = index == 0 ? pacing.head() : pacing.at(tokens);
        add(begin, new StreamEvent.BlockStart(index, block));
        if (index == 0) {
            add(begin, new StreamEvent.Ping());
        }
        switch (block) {
            case AnswerBlock.Text text -> pieces(index, Delta.Kind.TEXT, text.pieces());
            case AnswerBlock.Thinking thinking -> {
                pieces(index, Delta.Kind.THINKING, thinking.pieces());
                add(last(), new Delta(index, Delta.Kind.SIGNATURE, thinking.signature()));
            }
            case AnswerBlock.ToolUse tool -> {
                add(begin, new Delta(index, Delta.Kind.INPUT_JSON, ""));
                pieces(index, Delta.Kind.INPUT_JSON, tool.pieces());
            }
        }
        add(last(), new StreamEvent.BlockStop(index));
    }

    private void pieces(int index, Delta.Kind kind, List<String> pieces) {
        for (String piece : pieces) {
            add(pacing.at(tokens), new Delta(index, kind, piece));
            tokens++;
        }
    }

    /** When the latest token was due. */
    private Duration last() {
        return pacing.at(Math.max(0, tokens - 1));
    }

    private void add(Duration at, StreamEvent event) {
        cues.add(new Cue(at, event));
    }
}
