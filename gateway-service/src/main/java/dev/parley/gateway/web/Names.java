package dev.parley.gateway.web;

/** Header names that clients meet. None has to be sent. */
final class Names {
    static final String API_KEY = "x-api-key";
    static final String ANTHROPIC_VERSION = "anthropic-version";
    static final String ANTHROPIC_BETA = "anthropic-beta";
    static final String REQUEST_ID = "request-id";
    static final String CONVERSATION = "x-parley-conversation";
    static final String GENERATION = "x-parley-generation";
    static final String ON_DISCONNECT = "x-parley-on-disconnect";
    static final String LAST_EVENT_ID = "last-event-id";
    static final String SHOULD_RETRY = "x-should-retry";
    static final String CACHE = "x-parley-cache";

    private Names() {}
}
