package dev.parley.gateway.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is done with a parameter that Claude does not support: refused, or, if lenient, ignored with a warning. One for each
 * request.
 */
final class Leniency {
    /** Names come from clients and are written to a header. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.\\[\\]-]{1,64}");

    private static final int NAMES_MAX = 10;

    private final boolean lenient;
    private final List<String> ignored = new ArrayList<>();
    private final List<String> capped = new ArrayList<>();

    Leniency(boolean lenient) {
        this.lenient = lenient;
    }

    /** Ignores a parameter, or throws the refusal. */
    void ignore(Field parameter, InvalidParameterException refusal) {
        if (!lenient) {
            throw refusal;
        }
        ignored.add(parameter.path());
    }

    /** Whether a value above the maximum may be replaced by it. */
    boolean caps(Field parameter) {
        if (lenient) {
            capped.add(parameter.path());
        }
        return lenient;
    }

    /** Whether a parameter that only some models support may be ignored. */
    boolean drops(Field parameter) {
        if (lenient) {
            ignored.add(parameter.path());
        }
        return lenient;
    }

    /** The value of the header {@code warning} (RFC 7234, section 5.5), empty for none. */
    String warning() {
        List<String> parts = new ArrayList<>();
        add("ignored", ignored, parts);
        add("capped", capped, parts);
        return parts.isEmpty() ? "" : "299 - \"" + String.join("; ", parts) + "\"";
    }

    private static void add(String what, List<String> names, List<String> parts) {
        List<String> shown = names.stream()
                .filter(name -> NAME.matcher(name).matches())
                .distinct()
                .limit(NAMES_MAX)
                .toList();
        if (!names.isEmpty()) {
            parts.add(what + ": " + (shown.size() == names.size() ? "" : names.size() + " parameters, such as ")
                    + String.join(", ", shown));
        }
    }
}
