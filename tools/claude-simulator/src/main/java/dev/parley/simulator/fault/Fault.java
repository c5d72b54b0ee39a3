package dev.parley.simulator.fault;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Something that goes wrong, or nothing. */
public sealed interface Fault permits Fault.None, Refusal, Interruption {
    /** The name in directives. */
    String text();

    /** All goes well. */
    record None() implements Fault {
        @Override
        public String text() {
            return "none";
        }
    }

    static Optional<Fault> named(String name) {
        return all().filter(fault -> fault.text().equals(name)).findFirst();
    }

    /** Every name there is, for a message to somebody who misspelt one. */
    static String names() {
        return all().map(Fault::text).collect(Collectors.joining(", "));
    }

    private static Stream<Fault> all() {
        return Stream.concat(
                Stream.of(new None()),
                Stream.concat(Arrays.stream(Refusal.values()), Arrays.stream(Interruption.values())));
    }
}
