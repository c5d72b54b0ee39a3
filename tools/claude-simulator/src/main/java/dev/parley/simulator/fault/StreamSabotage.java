package dev.parley.simulator.fault;

import dev.parley.simulator.request.ApiError;
import dev.parley.simulator.script.Cue;
import dev.parley.simulator.script.Ending;
import dev.parley.simulator.script.Framing;
import dev.parley.simulator.script.Script;
import dev.parley.simulator.script.Script.Spoken;
import dev.parley.simulator.script.StreamEvent;
import dev.parley.simulator.script.StreamEvent.Verbatim;
import java.util.ArrayList;
import java.util.List;

/**
 * Spoils streams.
 *
 * @param after the number of tokens before it happens
 * @param error what an {@code error} event says
 */
record StreamSabotage(Spoken planned, int after, ApiError error, String requestId) {

    private static final Verbatim BROKEN_FRAME = new Verbatim(
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"te\n\n");

    Script apply(Interruption interruption) {
        return switch (interruption) {
            case RESET -> ended(Ending.RESET_STREAM);
            case RESET_CONNECTION -> ended(Ending.RESET_CONNECTION);
            case CLOSE -> ended(Ending.CLOSE);
            case CUT -> ended(Ending.CLEAN);
            case STALL -> ended(Ending.SILENCE);
            case MALFORMED -> planned.withCues(malformed(), Ending.CLEAN);
            case SPLIT -> planned.withFraming(Framing.BYTEWISE);
            case CRLF -> planned.withFraming(Framing.CRLF);
            case NO_MESSAGE_STOP -> planned.withCues(allButLast(), Ending.CLEAN);
            case ERROR -> planned.withCues(cut().beforeThen(new StreamEvent.Failure(error, requestId)), Ending.CLEAN);
            case UNKNOWN -> planned.withCues(withUnknown(), Ending.CLEAN);
            case NO_ANSWER, SLOW, BAD_GATEWAY -> planned;
        };
    }

    private Cut cut() {
        return Cut.after(after, planned.cues());
    }

    private Script ended(Ending ending) {
        return planned.withCues(cut().before(), ending);
    }

    /** The frame of the next token is cut off, so that whoever skips it loses a word. */
    private List<Cue> malformed() {
        Cut cut = cut();
        Cut rest = Cut.after(1, cut.after());
        List<Cue> cues = new ArrayList<>(cut.before());
        cues.add(new Cue(cut.before().getLast().at(), BROKEN_FRAME));
        cues.addAll(rest.after());
        return cues;
    }

    private List<Cue> allButLast() {
        return planned.cues().subList(0, planned.cues().size() - 1);
    }

    private List<Cue> withUnknown() {
        int blocks = (int) planned.cues().stream()
                .filter(cue -> cue.event() instanceof StreamEvent.BlockStart)
                .count();
        List<Cue> cues = new ArrayList<>();
        for (Cue cue : cut().with(Unknown.inTheMiddle())) {
            if (cue.event() instanceof StreamEvent.MessageDelta) {
                cues.add(new Cue(cue.at(), Unknown.block(blocks)));
            }
            cues.add(cue);
        }
        return cues;
    }
}
