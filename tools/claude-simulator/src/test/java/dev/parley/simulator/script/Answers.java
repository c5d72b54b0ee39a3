package dev.parley.simulator.script;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.AnswerBlock;
import dev.parley.simulator.answer.Stop;
import dev.parley.simulator.answer.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Small answers to test with. */
public final class Answers {
    public static final AnswerBlock.Text TEXT = new AnswerBlock.Text(List.of("One", " two", " three"));
    public static final Pacing AT_ONCE = new Pacing(Duration.ZERO, Duration.ZERO, 0, Duration.ofSeconds(10));

    private Answers() {}

    public static Answer of(AnswerBlock... blocks) {
        int tokens = List.of(blocks).stream()
                .mapToInt(block -> block.pieces().size())
                .sum();
        return new Answer("msg_1", "claude-test", List.of(blocks), new Stop.EndTurn(), new Usage(7, 0, 0, tokens, 0));
    }

    public static Script.Spoken streamed(AnswerBlock... blocks) {
        return AnswerScript.streamed(of(blocks), AT_ONCE, Map.of());
    }

    /** All that a script says, as one text. */
    public static String text(Script.Spoken script) {
        StringBuilder text = new StringBuilder();
        script.cues().forEach(cue -> text.append(EventEncoder.text(cue.event())));
        return text.toString();
    }
}
