package dev.parley.simulator.directive;

import dev.parley.simulator.directive.Parsed.Found;
import dev.parley.simulator.directive.Parsed.Misspelt;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds directives in a text: {@code [[sim: name=value name="value with spaces"]]}. In quotes, {@code \n}, {@code \"}
 * and {@code \\} stand for a line end, a quote and a backslash.
 */
public final class DirectiveParser {
    private static final String OPENING = "[[sim:";
    private static final String CLOSING = "]]";
    private static final Pattern PAIR = Pattern.compile("\\s*(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s\"\\]]+))");

    private DirectiveParser() {}

    public static Parsed parse(String text) {
        Map<Key, String> values = new EnumMap<>(Key.class);
        StringBuilder rest = new StringBuilder();
        int position = 0;
        while (true) {
            int opening = text.indexOf(OPENING, position);
            if (opening < 0) {
                return new Found(
                        new Directives(values),
                        rest.append(text, position, text.length()).toString().strip());
            }
            rest.append(text, position, opening);
            PairReader pairs = new PairReader(text, opening + OPENING.length(), values);
            Optional<Misspelt> wrong = pairs.read();
            if (wrong.isPresent()) {
                return wrong.get();
            }
            position = pairs.position;
        }
    }

    /** Parses what stands between the brackets. */
    public static Parsed parsePairs(String pairs) {
        return parse(OPENING + pairs + CLOSING);
    }

    /** Reads pairs up to the closing brackets. */
    private static final class PairReader {
        private final String text;
        private final Map<Key, String> values;
        private int position;

        PairReader(String text, int position, Map<Key, String> values) {
            this.text = text;
            this.position = position;
            this.values = values;
        }

        Optional<Misspelt> read() {
            Matcher pair = PAIR.matcher(text);
            while (pair.region(position, text.length()).lookingAt()) {
                position = pair.end();
                String quoted = pair.group(2);
                String value = quoted == null ? pair.group(3) : unescaped(quoted);
                Optional<Misspelt> wrong = put(pair.group(1), value);
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
                position++;
            }
            if (!text.startsWith(CLOSING, position)) {
                return Optional.of(new Misspelt("simulator directive: expected name=value or ]] at \""
                        + text.substring(position, Math.min(text.length(), position + 20)) + "\""));
            }
            position += CLOSING.length();
            return Optional.empty();
        }

        private Optional<Misspelt> put(String name, String value) {
            Optional<Key> key = Key.named(name);
            if (key.isEmpty()) {
                return Optional.of(
                        new Misspelt("simulator directive: there is no \"" + name + "\", only " + Key.all()));
            }
            if (!key.get().accepts(value)) {
                return Optional.of(new Misspelt("simulator directive: " + name + " cannot be \"" + value + "\""));
            }
            values.put(key.get(), value);
            return Optional.empty();
        }

        private static String unescaped(String quoted) {
            StringBuilder plain = new StringBuilder(quoted.length());
            for (int i = 0; i < quoted.length(); i++) {
                char c = quoted.charAt(i);
                if (c == '\\') {
                    c = quoted.charAt(++i);
                    c = c == 'n' ? '\n' : c;
                }
                plain.append(c);
            }
            return plain.toString();
        }
    }
}
