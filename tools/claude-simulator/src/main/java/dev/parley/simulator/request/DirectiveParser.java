package dev.parley.simulator.request;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects the directives of one or several texts: {@code [[sim: name=value name="value with spaces"]]}. In quotes,
 * {@code \n}, {@code \"} and {@code \\} stand for a line end, a quote and a backslash. A later value replaces an earlier
 * one. A misspelt directive is an error, so that a test cannot pass by a typing error.
 */
public final class DirectiveParser {
    private static final String OPENING = "[[sim:";
    private static final Pattern CLOSING = Pattern.compile("\\s*]]");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)", Pattern.DOTALL);
    private static final int EXCERPT_CHARACTERS = 20;
    private static final Pattern PAIR = Pattern.compile("\\s*(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s\"\\]]+))");

    private static final Map<String, Directive> DIRECTIVES = byName(Directive.values());
    private static final Map<String, Fault> FAULTS = byName(Fault.values());

    private final Map<Directive, String> values = new EnumMap<>(Directive.class);
    private @Nullable String error;

    /** Reads a text and returns it without its directives. After an error the rest of the text is not read. */
    public String read(String text) {
        StringBuilder rest = new StringBuilder();
        int position = 0;
        int opening = text.indexOf(OPENING);
        while (opening >= 0 && error == null) {
            rest.append(text, position, opening);
            position = readPairsAt(text, opening + OPENING.length());
            opening = text.indexOf(OPENING, position);
        }
        return rest.append(text, position, text.length()).toString().strip();
    }

    /** Reads what stands between the brackets. */
    public DirectiveParser readPairs(String pairs) {
        read(OPENING + pairs + "]]");
        return this;
    }

    /** The first error, if a directive was misspelt. */
    public Optional<String> error() {
        return Optional.ofNullable(error).map(message -> "simulator directive: " + message);
    }

    public Directives directives() {
        return new Directives(values);
    }

    /** Reads from a position up to the closing brackets, and returns the position after them. */
    private int readPairsAt(String text, int begin) {
        int position = begin;
        Matcher pair = PAIR.matcher(text);
        while (error == null && pair.region(position, text.length()).lookingAt()) {
            position = pair.end();
            String quoted = pair.group(2);
            put(pair.group(1), quoted == null ? pair.group(3) : unescaped(quoted));
        }
        Matcher closing = CLOSING.matcher(text).region(position, text.length());
        if (error == null && !closing.lookingAt()) {
            error = "expected name=value or ]] at \""
                    + text.substring(position, Math.min(text.length(), position + EXCERPT_CHARACTERS))
                            .strip() + "\"";
        }
        return error == null ? closing.end() : position;
    }

    private void put(String name, String value) {
        Directive directive = DIRECTIVES.get(name);
        if (directive == null) {
            error = "there is no \"" + name + "\", only " + String.join(", ", DIRECTIVES.keySet());
        } else if (!directive.accepts(value)) {
            error = name + " cannot be \"" + value + "\"";
        } else if (directive == Directive.FAULT) {
            Arrays.stream(value.split(",", -1))
                    .filter(fault -> !FAULTS.containsKey(fault))
                    .findFirst()
                    .ifPresent(fault ->
                            error = "there is no fault \"" + fault + "\", only " + String.join(", ", FAULTS.keySet()));
        }
        if (directive != null && error == null) {
            values.put(directive, value);
        }
    }

    private static <E extends Enum<E>> Map<String, E> byName(E[] constants) {
        Map<String, E> byName = new LinkedHashMap<>();
        for (E constant : constants) {
            byName.put(constant.name().toLowerCase(Locale.ROOT), constant);
        }
        return byName;
    }

    private static String unescaped(String quoted) {
        return ESCAPED.matcher(quoted)
                .replaceAll(
                        escaped -> escaped.group(1).equals("n") ? "\n" : Matcher.quoteReplacement(escaped.group(1)));
    }
}
