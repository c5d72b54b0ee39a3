package dev.parley.experiment.trial;

import tools.jackson.databind.node.ObjectNode;

/** Claude's Messages API. */
@FunctionalInterface
public interface ClaudeApi {
    /** The reply to a request with {@code stream}. Blocks; may be called by several threads. */
    Reply ask(ObjectNode request) throws InterruptedException;
}
