package dev.parley.deployment.source;

/** An environment variable that a module reads, as {@code ${NAME:fallback}} or {@code ${NAME}} in its settings. */
public sealed interface Variable {
    String name();

    /** It may be left out. */
    record Optional(String name, String fallback) implements Variable {
        /** In a container the loopback address reaches nobody else, so such a fallback only serves a process beside us. */
        public boolean fallsBackToLoopback() {
            return fallback.contains("127.0.0.1") || fallback.contains("localhost");
        }
    }

    /** The module does not start without it. */
    record Required(String name) implements Variable {}

    /** Whether a container has to be given it. */
    default boolean neededInContainer() {
        return switch (this) {
            case Optional optional -> optional.fallsBackToLoopback();
            case Required required -> true;
        };
    }
}
