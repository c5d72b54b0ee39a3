package dev.parley.deployment.tidy;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Java file, as text. */
record JavaSource(String path, String text) {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");
    private static final Pattern COMMENT = Pattern.compile("(?m)^( *(?:/?\\*|//).*)$");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|record|interface|enum)\\s+([A-Z]\\w*)");

    List<String> packageSegments() {
        return all(PACKAGE).flatMap(name -> Stream.of(name.split("\\."))).toList();
    }

    List<String> imports() {
        return all(IMPORT).toList();
    }

    /** The lines that are nothing but a comment or a part of one. */
    List<String> comments() {
        return all(COMMENT).toList();
    }

    /** The types declared in it, nested ones included. */
    List<String> types() {
        return all(TYPE).toList();
    }

    private Stream<String> all(Pattern pattern) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
    }
}
