package dev.parley.gateway.web;

/** Names of headers. Clients need to send none of them. */
final class Names {
    static final String API_KEY = "x-api-key";
    static final String ANTHROPIC_VERSION = "anthropic-version";
    /** The version for clients that send no {@link #ANTHROPIC_VERSION}. */
    static final String DEFAULT_VERSION = "2023-06-01";

    static final String ANTHROPIC_BETA = "anthropic-beta";
    /** Request header: the customer of the operator for whom Claude answers. */
    static final String USER_PROFILE = "anthropic-user-profile-id";

    static final String REQUEST_ID = "request-id";
    /** The request id for OpenAI's clients. */
    static final String X_REQUEST_ID = "x-request-id";

    static final String CONVERSATION = "x-parley-conversation";
    static final String GENERATION = "x-parley-generation";
    static final String HISTORY = "x-parley-history";
    static final String AFTER_GENERATION = "x-parley-after-generation";
    static final String ON_DISCONNECT = "x-parley-on-disconnect";
    static final String LAST_EVENT_ID = "last-event-id";
    /** Request header: {@code on}, so that each chunk of a stream in OpenAI's format has the id of its event. */
    static final String EVENT_IDS = "x-parley-event-ids";

    static final String SHOULD_RETRY = "x-should-retry";
    static final String CACHE = "x-parley-cache";
    /** The model that answers a request for an alias. */
    static final String MODEL = "x-parley-model";

    static final String MODEL_REASON = "x-parley-model-reason";

    /** Request header: {@code off}. Response header: the gate that decided whether the answer to a similar question is reused. */
    static final String SIMILAR = "x-parley-similar";

    /** The cosine of the question with the most similar one. */
    static final String SIMILARITY = "x-parley-similarity";

    /** The generation whose answer is reused. */
    static final String SOURCE = "x-parley-source";

    /** An earlier answer that did not suffice: the stronger model of the alias is to answer. */
    static final String ESCALATE = "x-parley-escalate";

    static final String OPEN_WEBUI_CHAT = "x-openwebui-chat-id";
    static final String OPEN_WEBUI_USER = "x-openwebui-user-id";

    private Names() {}
}
