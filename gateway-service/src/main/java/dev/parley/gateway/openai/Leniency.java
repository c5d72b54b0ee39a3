package dev.parley.gateway.openai;

import static java.util.stream.Collectors.joining;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is done with a parameter that Claude does not support: refused, or, if lenient, ignored with a warning. One for each
 * request.
 */
final class Leniency {
    /** Names come from clients and are written to a header. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.\\[\\]-]{1,64}");

    private static final int NAMES_MAX = 10;

    private final boolean lenient;
    private final Names ignored = new Names("ignored");
    private final Names capped = new Names("capped");

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
        String parts = Stream.of(ignored, capped)
                .filter(names -> names.count > 0)
                .map(Names::toString)
                .collect(joining("; "));
        return parts.isEmpty() ? "" : "299 - \"" + parts + "\"";
    }

    /** The parameters to which the same was done. Only the names that are shown are kept: a request may have many. */
    private static final class Names {
        private final String what;
        private final Set<String> shown = new LinkedHashSet<>();
        private int count;

        Names(String what) {
            this.what = what;
        }

        void add(String name) {
            count++;
            if (shown.size() < NAMES_MAX && NAME.matcher(name).matches()) {
                shown.add(name);
            }
        }

        @Override
        public String toString() {
            return what + ": " + (shown.size() == count ? "" : count + " parameters, such as ")
                    + String.join(", ", shown);
        }
    }
}
