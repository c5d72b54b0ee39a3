package dev.parley.simulator.directive;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a directive can say; its name is the constant's in lower case. */
public enum Key {
    /** When the first token is sent, counted from the request's last byte. */
    FIRST_TOKEN_MS("\\d{1,7}"),
    /** When the response head and {@code message_start} are sent; with the first token unless said otherwise. */
    HEAD_MS("\\d{1,7}"),
    /** Tokens a second; 0 sends everything at once. */
    TOKENS_PER_SECOND("\\d{1,6}(\\.\\d{1,6})?"),
    /** How long the text is. */
    TOKENS("[1-9]\\d{0,4}"),
    /** The text, exactly. */
    TEXT("[\\s\\S]+"),
    /** The longest silence before a ping. */
    PING_MS("[1-9]\\d{0,6}"),
    /** What goes wrong: one name, or several for one request after the other. */
    FAULT("[a-z_]+(,[a-z_]+)*"),
    /** How many tokens are sent before it goes wrong. */
    AFTER("\\d{1,5}"),
    /** How many requests it goes wrong for. */
    TIMES("[1-9]\\d{0,4}"),
    /** What the requests are counted by, instead of the question. */
    KEY("\\S+"),
    /** The {@code retry-after} of a refusal, in seconds. */
    RETRY_AFTER("\\d{1,6}"),
    /** The type of a mid-stream error. */
    ERROR_TYPE("[a-z_]+");

    private final Pattern values;

    Key(String values) {
        this.values = Pattern.compile(values);
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean accepts(String value) {
        return values.matcher(value).matches();
    }

    static Optional<Key> named(String name) {
        return Arrays.stream(values()).filter(key -> key.text().equals(name)).findFirst();
    }

    static String all() {
        return Arrays.stream(values()).map(Key::text).collect(Collectors.joining(", "));
    }
}
