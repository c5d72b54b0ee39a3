package dev.parley.simulator.script;

import static java.util.stream.Collectors.joining;

import dev.parley.simulator.answer.Answer;
import dev.parley.simulator.answer.Answer.Block;
import dev.parley.simulator.answer.Answer.Content;
import dev.parley.simulator.answer.Answer.Stop;
import dev.parley.simulator.answer.Answer.Usage;
import dev.parley.simulator.request.Directives;
import java.util.List;
import java.util.Map;

/** Small answers for tests. */
public final class Answers {
    public static final Block TEXT = new Block(new Content.Text(), List.of("One", " two", " three"));
    public static final Directives AT_ONCE =
            FaultsTest.directives("first_token_ms=0 tokens_per_second=0 ping_ms=10000");

    private Answers() {}

    public static Answer of(Block... blocks) {
        int tokens = List.of(blocks).stream()
                .mapToInt(block -> block.pieces().size())
                .sum();
        return new Answer("msg_1", "claude-test", List.of(blocks), Stop.END_TURN, new Usage(7, 0, 0, tokens, 0));
    }

    public static StreamScript streamed(Block... blocks) {
        return ScriptWriter.stream(of(blocks), AT_ONCE, Map.of());
    }

    /** Everything that a script sends, as one text. */
    public static String text(StreamScript script) {
        return script.events().stream().map(event -> event.text().get()).collect(joining());
    }
}
