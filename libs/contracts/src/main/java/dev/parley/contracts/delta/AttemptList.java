package dev.parley.contracts.delta;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * The codec of the attempt list that a heartbeat carries: a JSON array of {@link Attempt}, one for each call to Claude so
 * far.
 */
public final class AttemptList {
    private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};

    private AttemptList() {}

    public static byte[] encode(List<Attempt> attempts) {
        return TurnCodec.MAPPER.writeValueAsBytes(attempts);
    }

    /** The attempts in an attempt list; none if it has no bytes. Throws a {@link MalformedEventException} if it is no list. */
    public static List<Attempt> decode(byte[] json) {
        try {
            return json.length == 0 ? List.of() : TurnCodec.MAPPER.readValue(json, ATTEMPTS);
        } catch (JacksonException e) {
            throw new MalformedEventException("the attempt list of a heartbeat is unreadable", e);
        }
    }
}
