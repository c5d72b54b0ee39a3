package dev.parley.contracts.delta;

import dev.parley.contracts.event.Attempt;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** The calls to Claude that a generation has taken so far, as a heartbeat carries them: a JSON array of {@link Attempt}. */
public final class Account {
    private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};

    private Account() {}

    public static byte[] encode(List<Attempt> attempts) {
        return TurnCodec.MAPPER.writeValueAsBytes(attempts);
    }

    /**
     * The calls of an account; none of an empty one.
     *
     * @throws MalformedEventException if it is no account
     */
    public static List<Attempt> decode(byte[] account) {
        try {
            return account.length == 0 ? List.of() : TurnCodec.MAPPER.readValue(account, ATTEMPTS);
        } catch (JacksonException e) {
            throw new MalformedEventException("the account of a heartbeat is unreadable", e);
        }
    }
}
