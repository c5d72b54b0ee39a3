package dev.parley.simulator.directive;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What one request's answer is to be like. Every value fits its key. */
public record Directives(Map<Key, String> values) {
    public static final Directives NONE = new Directives(Map.of());

    public Directives {
        values = Map.copyOf(values);
    }

    /** These, with others over them. */
    public Directives with(Directives others) {
        if (others.values.isEmpty()) {
            return this;
        }
        Map<Key, String> merged = new EnumMap<>(Key.class);
        merged.putAll(values);
        merged.putAll(others.values);
        return new Directives(merged);
    }

    public Optional<String> text(Key key) {
        return Optional.ofNullable(values.get(key));
    }

    public OptionalInt number(Key key) {
        return text(key).stream().mapToInt(Integer::parseInt).findFirst();
    }

    public OptionalDouble decimal(Key key) {
        return text(key).stream().mapToDouble(Double::parseDouble).findFirst();
    }

    /** The value of a key that is given in milliseconds. */
    public Optional<Duration> milliseconds(Key key) {
        return text(key).map(Long::parseLong).map(Duration::ofMillis);
    }
}
