package dev.parley.deployment.source;

/** An environment variable that a module reads, as {@code ${NAME:fallback}} or {@code ${NAME}} in its settings. */
public sealed interface Variable {
    String name();

    /** An optional variable. */
    record Optional(String name, String fallback) implements Variable {
        /** A loopback fallback is unreachable from other containers, so it only serves local processes. */
        public boolean fallsBackToLoopback() {
            return fallback.contains("127.0.0.1") || fallback.contains("localhost");
        }
    }

    /** A required variable. */
    record Required(String name) implements Variable {}

    /** Whether a container must set it. */
    default boolean neededInContainer() {
        return switch (this) {
            case Optional optional -> optional.fallsBackToLoopback();
            case Required required -> true;
        };
    }
}
