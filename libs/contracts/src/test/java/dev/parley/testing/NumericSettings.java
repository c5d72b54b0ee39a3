package dev.parley.testing;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The settings of a record, and of the records in it, that are numbers, sizes or times: those that need a bound. */
public final class NumericSettings {
    private static final Set<Class<?>> TYPES = Set.of(int.class, long.class, double.class, Duration.class);

    private NumericSettings() {}

    /** Their names, such as {@code parley.gateway.limits.lease}. */
    public static Stream<String> of(String prefix, Class<?> settings) {
        return Stream.of(settings.getRecordComponents()).flatMap(component -> of(prefix, component));
    }

    private static Stream<String> of(String prefix, RecordComponent component) {
        Class<?> type = component.getType();
        String name =
                prefix + "." + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        if (type.isRecord()) {
            return of(name, type);
        }
        return TYPES.contains(type) || type.getSimpleName().equals("DataSize") ? Stream.of(name) : Stream.empty();
    }
}
