package dev.parley.simulator.request;

import java.util.regex.Pattern;

/** A setting for the answer to one request. Its name is the constant's in lower case. */
public enum Directive {
    /** When the first token is sent, counted from the request's last byte. */
    FIRST_TOKEN_MS("\\d{1,7}"),
    /** When the response head and {@code message_start} are sent; by default with the first token. */
    HEAD_MS("\\d{1,7}"),
    /** 0 sends everything at once. */
    TOKENS_PER_SECOND("\\d{1,6}(\\.\\d{1,6})?"),
    /** The length of the text. */
    TOKENS("[1-9]\\d{0,4}"),
    /** The exact text. */
    TEXT("[\\s\\S]+"),
    /** The longest pause before a ping. */
    PING_MS("[1-9]\\d{0,6}"),
    /** One fault, or several for one request after the other. */
    FAULT("[a-z_]+(,[a-z_]+)*"),
    /** How many tokens are sent before the fault. */
    AFTER("\\d{1,5}"),
    /** How many requests have the fault. */
    TIMES("[1-9]\\d{0,4}"),
    /** The {@code retry-after} of an error response, in seconds. */
    RETRY_AFTER("\\d{1,6}"),
    /** The type of an {@code error} event. */
    ERROR_TYPE("[a-z_]+");

    private final Pattern values;

    Directive(String values) {
        this.values = Pattern.compile(values);
    }

    boolean accepts(String value) {
        return values.matcher(value).matches();
    }
}
