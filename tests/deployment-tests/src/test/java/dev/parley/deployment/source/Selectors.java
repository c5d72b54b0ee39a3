package dev.parley.deployment.source;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The selectors of series in an expression of Prometheus: a name, and labels in braces if there are any. */
public final class Selectors {
    private static final String PREFIXES =
            "parley|gen_ai_server|gen_ai_client|http_server|kafka|jvm|process|kube|kubelet|strimzi|certmanager";

    private static final Pattern SELECTOR = Pattern.compile(
            "(?<![\\w:])(?:(?:" + PREFIXES + ")_[a-z0-9_]+|up|ALERTS|parley:[a-z0-9_:]+)\\b(?:\\{[^}]*})?");

    private Selectors() {}

    /** Also those that occur more than once. */
    public static List<String> of(String expression) {
        return SELECTOR.matcher(expression).results().map(MatchResult::group).toList();
    }
}
