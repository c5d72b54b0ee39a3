package dev.parley.simulator.fault;

import dev.parley.simulator.script.Cue;
import dev.parley.simulator.script.Ending;
import dev.parley.simulator.script.Framing;
import dev.parley.simulator.script.Script;
import dev.parley.simulator.script.Script.Spoken;
import dev.parley.simulator.script.StreamEvent.Verbatim;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Spoils answers that come in one body, which has no tokens to count: it happens in the middle. */
record BodySabotage(Spoken planned) {

    Script apply(Interruption interruption) {
        return switch (interruption) {
            case RESET -> halved(Ending.RESET_STREAM);
            case RESET_CONNECTION -> halved(Ending.RESET_CONNECTION);
            case CLOSE -> halved(Ending.CLOSE);
            case CUT, MALFORMED -> halved(Ending.CLEAN);
            case STALL -> halved(Ending.SILENCE);
            case SPLIT -> planned.withFraming(Framing.BYTEWISE);
            case NO_ANSWER, SLOW, BAD_GATEWAY, CRLF, NO_MESSAGE_STOP, ERROR, UNKNOWN -> planned;
        };
    }

    private Script halved(Ending ending) {
        Map<String, String> headers = new HashMap<>(planned.headers());
        headers.remove("content-length");
        List<Cue> half = planned.cues().stream()
                .map(cue -> cue.event() instanceof Verbatim(String text)
                        ? new Cue(cue.at(), new Verbatim(text.substring(0, text.length() / 2)))
                        : cue)
                .toList();
        return new Spoken(planned.status(), headers, half, planned.framing(), ending);
    }
}
