package dev.parley.simulator.fault;

import dev.parley.simulator.script.Cue;
import dev.parley.simulator.script.StreamEvent;
import java.util.ArrayList;
import java.util.List;

/** Cues before and after a number of tokens. */
record Cut(List<Cue> before, List<Cue> after) {

    /** Cuts right after a token, or after the last one if there are fewer. */
    static Cut after(int tokens, List<Cue> cues) {
        int position = 0;
        int seen = 0;
        for (int i = 0; i < cues.size() && seen < tokens; i++) {
            if (cues.get(i).token()) {
                seen++;
                position = i + 1;
            }
        }
        if (tokens == 0) {
            position = firstToken(cues);
        }
        return new Cut(cues.subList(0, position), cues.subList(position, cues.size()));
    }

    /** The beginning, and one event more at its end. */
    List<Cue> beforeThen(StreamEvent event) {
        List<Cue> cues = new ArrayList<>(before);
        cues.add(new Cue(before.getLast().at(), event));
        return cues;
    }

    /** Everything, with one event more in between. */
    List<Cue> with(StreamEvent event) {
        List<Cue> cues = beforeThen(event);
        cues.addAll(after);
        return cues;
    }

    private static int firstToken(List<Cue> cues) {
        int position = 0;
        while (position < cues.size() - 1 && !cues.get(position).token()) {
            position++;
        }
        return Math.max(1, position);
    }
}
