package dev.parley.gateway.request;

import dev.parley.contracts.event.CachePolicy;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Parses {@code cache-control} of a request (RFC 9111, section 5.2.1); unsupported directives are ignored. */
public final class CacheControl {
    /** Parameters that refer to state at Claude or at other servers, which an answer changes: two callers must not share it. */
    private static final Set<String> STATEFUL = Set.of("thread", "container", "mcp_servers");

    /** How the types of tools begin by which Claude creates or changes such state. */
    private static final Set<String> STATEFUL_TOOLS =
            Set.of("code_execution", "web_search_", "web_fetch_", "mcp_toolset");

    /** The only versions of the web tools that execute no code on what they find (docs.claude.com, "Web search tool"). */
    private static final Set<String> STATELESS_TOOLS = Set.of("web_search_20250305", "web_fetch_20250910");

    private CacheControl() {}

    /** The policy of a request: a stateful one is neither looked up, nor shared with identical requests, nor stored. */
    public static CachePolicy policy(Collection<String> headerValues, ObjectNode request) {
        return isStateful(request) ? CachePolicy.NO_STORE : policy(headerValues);
    }

    private static boolean isStateful(ObjectNode request) {
        return STATEFUL.stream().map(request::path).anyMatch(CacheControl::isGiven)
                || request.path("tools")
                        .valueStream()
                        .map(tool -> tool.path("type").stringValue(""))
                        .filter(type -> !STATELESS_TOOLS.contains(type))
                        .anyMatch(type -> STATEFUL_TOOLS.stream().anyMatch(type::startsWith));
    }

    private static boolean isGiven(JsonNode value) {
        return !value.isMissingNode() && !value.isNull() && !(value.isArray() && value.isEmpty());
    }

    public static CachePolicy policy(Collection<String> headerValues) {
        Set<String> directives = headerValues.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(directive -> directive.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (directives.contains("no-store")) {
            return CachePolicy.NO_STORE;
        }
        return directives.contains("no-cache") ? CachePolicy.NO_CACHE : CachePolicy.USE;
    }
}
