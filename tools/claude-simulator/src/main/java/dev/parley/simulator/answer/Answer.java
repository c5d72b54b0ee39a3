package dev.parley.simulator.answer;

import java.util.List;

/** All that Claude says to one request. */
public record Answer(String id, String model, List<AnswerBlock> blocks, Stop stop, Usage usage) {
    public Answer {
        blocks = List.copyOf(blocks);
    }
}
