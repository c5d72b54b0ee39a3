package dev.parley.simulator.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fills long silences with pings. */
final class Pings {
    private Pings() {}

    /** The cues, with pings where two of them are further apart than {@code silenceMax}. */
    static List<Cue> between(List<Cue> cues, Duration silenceMax) {
        List<Cue> filled = new ArrayList<>(cues.size());
        for (Cue cue : cues) {
            while (!filled.isEmpty() && due(filled).plus(silenceMax).compareTo(cue.at()) < 0) {
                filled.add(new Cue(due(filled).plus(silenceMax), new StreamEvent.Ping()));
            }
            filled.add(cue);
        }
        return filled;
    }

    private static Duration due(List<Cue> cues) {
        return cues.getLast().at();
    }
}
