package dev.parley.simulator.request;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The directives of one request. Every value is valid. */
public record Directives(Map<Directive, String> values) {
    public static final Directives NONE = new Directives(Map.of());

    public Directives {
        values = Map.copyOf(values);
    }

    /** These directives, overridden by others. */
    public Directives with(Directives others) {
        if (others.values.isEmpty()) {
            return this;
        }
        Map<Directive, String> merged = new EnumMap<>(Directive.class);
        merged.putAll(values);
        merged.putAll(others.values);
        return new Directives(merged);
    }

    public Optional<String> text(Directive directive) {
        return Optional.ofNullable(values.get(directive));
    }

    public OptionalInt number(Directive directive) {
        return text(directive).stream().mapToInt(Integer::parseInt).findFirst();
    }

    public OptionalDouble decimal(Directive directive) {
        return text(directive).stream().mapToDouble(Double::parseDouble).findFirst();
    }

    /** The value of a directive in milliseconds. */
    public Optional<Duration> milliseconds(Directive directive) {
        return text(directive).map(Long::parseLong).map(Duration::ofMillis);
    }

    /** The faults in their order, empty if there are none. */
    public List<Fault> faults() {
        return text(Directive.FAULT).stream()
                .flatMap(names -> Arrays.stream(names.split(",", -1)))
                .map(name -> Fault.valueOf(name.toUpperCase(Locale.ROOT)))
                .toList();
    }
}
