package dev.parley.deployment.tidy;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules for Java files, each with its remedy. */
final class JavaRules {
    private static final List<String> EMPTY_NAMES =
            List.of("Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "Common", "Base", "Data", "Info");

    /** Banned prefixes of imports, with the remedy. */
    private static final Map<String, String> BANNED_IMPORTS = Map.ofEntries(
            Map.entry("java.util.logging.", "log with org.slf4j"),
            Map.entry("org.apache.commons.logging.", "log with org.slf4j"),
            Map.entry("com.fasterxml.jackson.databind.", "this is Jackson 2; use tools.jackson.databind"),
            Map.entry("com.fasterxml.jackson.core.", "this is Jackson 2; use tools.jackson.core"),
            Map.entry("org.mockito.", "write a fake named for its behaviour"),
            Map.entry("org.easymock.", "write a fake named for its behaviour"),
            Map.entry("lombok.", "write a record"),
            Map.entry("sun.", "internal to the JDK; use java.*"),
            Map.entry("java.util.Date", "use java.time.Instant"),
            Map.entry("java.util.Calendar", "use java.time"),
            Map.entry("java.text.SimpleDateFormat", "use java.time.format.DateTimeFormatter"),
            Map.entry("org.junit.Assert", "this is JUnit 4; use AssertJ"),
            Map.entry("org.junit.Test", "this is JUnit 4; use org.junit.jupiter.api.Test"),
            Map.entry("javax.annotation.", "use org.jspecify.annotations or jakarta.annotation"));

    /** The formatter breaks lines of code, and leaves those of comments. */
    private static final int COMMENT_COLUMNS = 140;

    private JavaRules() {}

    static List<String> violations(JavaSource source) {
        return Stream.of(emptyNames(source), bannedImports(source), longComments(source))
                .flatMap(violations -> violations)
                .map(violation -> source.path() + ": " + violation)
                .toList();
    }

    /**
     * Top-level types that have the name of another one. One name means one thing in all modules.
     *
     * @param shared names that mean the same in each module that has them
     */
    static List<String> repeatedNames(Collection<String> paths, Set<String> shared) {
        Map<String, List<String>> byName = paths.stream()
                .filter(path -> !path.endsWith("/package-info.java"))
                .collect(Collectors.groupingBy(path -> path.replaceFirst(".*/(\\w+)\\.java$", "$1")));
        Stream<String> repeated = byName.entrySet().stream()
                .filter(type -> type.getValue().size() > 1 && !shared.contains(type.getKey()))
                .map(type -> type.getKey() + " has several meanings; give all of these but one a more exact name: "
                        + String.join(", ", type.getValue()));
        Stream<String> unique = shared.stream()
                .filter(name -> byName.getOrDefault(name, List.of()).size() < 2)
                .map(name -> name + " is in one module only; it needs no exception");
        return Stream.concat(repeated, unique).sorted().toList();
    }

    private static Stream<String> emptyNames(JavaSource source) {
        Stream<String> types = source.types().stream()
                .filter(type -> EMPTY_NAMES.stream().anyMatch(type::endsWith))
                .map(type -> type + " ends in an empty word; name it for its function");
        Stream<String> packages = source.packageSegments().stream()
                .filter(segment -> EMPTY_NAMES.stream()
                        .anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(segment)))
                .map(segment -> "package " + segment + " is an empty name; name it for a feature or a technology");
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

    private static Stream<String> longComments(JavaSource source) {
        return source.comments().stream()
                .filter(line -> line.length() > COMMENT_COLUMNS)
                .map(line ->
                        "break this comment, which is longer than " + COMMENT_COLUMNS + " columns: " + line.strip());
    }
}
