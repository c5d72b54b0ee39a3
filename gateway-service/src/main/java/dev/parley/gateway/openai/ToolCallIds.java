package dev.parley.gateway.openai;

import dev.parley.contracts.Sha256;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The ids of the calls of one request, as Claude accepts them: without certain characters, and each once. Those of other providers
 * may have more characters, and some count anew in each answer.
 */
final class ToolCallIds {
    /** What Claude refuses in the id of a call, which matches {@code ^[a-zA-Z0-9_-]+$}. */
    private static final Pattern NOT_IN_IDS = Pattern.compile("[^a-zA-Z0-9_-]");

    /** 64 bits. */
    private static final int HASH_DIGITS = 16;

    private final Set<String> used = new HashSet<>();

    /** The last number that calls with an id got. The next one goes on from it: a request may have many. */
    private final Map<String, Integer> numbers = new HashMap<>();

    /** The calls of the last answer that have no result yet, by the client's id. */
    private Map<String, Queue<String>> open = new HashMap<>();

    /** The calls of another answer follow. Their results follow them. */
    void beginAnswer() {
        // To clear it would take as long as the largest answer, for each answer.
        open = new HashMap<>();
    }

    /** The id of a call. A second one with the same gets a number. */
    String ofCall(Field id) {
        String accepted = accepted(id);
        String unique = accepted;
        while (!used.add(unique)) {
            unique = accepted + "_" + numbers.merge(accepted, 2, (last, _) -> last + 1);
        }
        open.computeIfAbsent(accepted, _ -> new ArrayDeque<>()).add(unique);
        return unique;
    }

    /** The id of the first call with this id that has no result yet; the given one if there is none, which Claude refuses. */
    String ofResult(Field id) {
        String accepted = accepted(id);
        String call = open.getOrDefault(accepted, new ArrayDeque<>()).poll();
        return call == null ? accepted : call;
    }

    /** The hash keeps different ids different. */
    private static String accepted(Field id) {
        String text = id.text();
        if (text.isEmpty()) {
            throw id.invalid("must not be empty.");
        }
        String accepted = NOT_IN_IDS.matcher(text).replaceAll("_");
        return accepted.equals(text) ? text : accepted + "_" + Sha256.of(text).substring(0, HASH_DIGITS);
    }
}
