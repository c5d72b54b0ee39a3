package dev.parley.deployment.tidy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What no Java file does, each with what to do instead. */
final class JavaRules {
    private static final List<String> EMPTY_NAMES =
            List.of("Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "Common", "Base", "Data", "Info");

    /** Beginnings of imports, and the remedy. */
    private static final Map<String, String> BANNED_IMPORTS = Map.ofEntries(
            Map.entry("java.util.logging.", "log with org.slf4j"),
            Map.entry("org.apache.commons.logging.", "log with org.slf4j"),
            Map.entry("com.fasterxml.jackson.databind.", "this is Jackson 2; use tools.jackson.databind"),
            Map.entry("com.fasterxml.jackson.core.", "this is Jackson 2; use tools.jackson.core"),
            Map.entry("org.mockito.", "write a fake that says in its name what it does"),
            Map.entry("org.easymock.", "write a fake that says in its name what it does"),
            Map.entry("lombok.", "write a record"),
            Map.entry("sun.", "it is not ours to use; find it in java.*"),
            Map.entry("java.util.Date", "use java.time.Instant"),
            Map.entry("java.util.Calendar", "use java.time"),
            Map.entry("java.text.SimpleDateFormat", "use java.time.format.DateTimeFormatter"),
            Map.entry("org.junit.Assert", "this is JUnit 4; use AssertJ"),
            Map.entry("org.junit.Test", "this is JUnit 4; use org.junit.jupiter.api.Test"),
            Map.entry("javax.annotation.", "use org.jspecify.annotations or jakarta.annotation"));

    private JavaRules() {}

    static List<String> complaints(JavaSource source) {
        return Stream.concat(emptyNames(source), bannedImports(source))
                .map(complaint -> source.path() + ": " + complaint)
                .toList();
    }

    private static Stream<String> emptyNames(JavaSource source) {
        Stream<String> types = source.types().stream()
                .filter(type -> EMPTY_NAMES.stream().anyMatch(type::endsWith))
                .map(type -> type + " says nothing by its last word; name it after what it does");
        Stream<String> packages = source.packageSegments().stream()
                .filter(segment -> EMPTY_NAMES.stream()
                        .anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(segment)))
                .map(segment -> "package " + segment + " says nothing; name it after a feature or a technology");
        return Stream.concat(types, packages);
    }

    private static Stream<String> bannedImports(JavaSource source) {
        return source.imports().stream()
                .flatMap(name -> BANNED_IMPORTS.entrySet().stream()
                        .filter(banned -> name.equals(banned.getKey())
                                || name.startsWith(
                                        banned.getKey().endsWith(".") ? banned.getKey() : banned.getKey() + "."))
                        .map(banned -> "import " + name + ": " + banned.getValue()));
    }
}
