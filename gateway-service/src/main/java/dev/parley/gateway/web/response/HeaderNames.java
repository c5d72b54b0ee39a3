package dev.parley.gateway.web.response;

/** Names of headers. Clients need to send none of them. */
public final class HeaderNames {
    public static final String API_KEY = "x-api-key";
    public static final String ANTHROPIC_VERSION = "anthropic-version";
    public static final String ANTHROPIC_BETA = "anthropic-beta";
    /** Request header: the customer of the operator for whom Claude answers. */
    public static final String USER_PROFILE = "anthropic-user-profile-id";

    public static final String REQUEST_ID = "request-id";
    /** The request id for OpenAI's clients. */
    public static final String X_REQUEST_ID = "x-request-id";

    public static final String CONVERSATION = "x-parley-conversation";
    public static final String GENERATION = "x-parley-generation";
    public static final String HISTORY = "x-parley-history";
    public static final String AFTER_GENERATION = "x-parley-after-generation";
    public static final String ON_DISCONNECT = "x-parley-on-disconnect";
    public static final String LAST_EVENT_ID = "last-event-id";
    /** Request header: {@code on}, so that each chunk of a stream in OpenAI's format has the id of its event. */
    public static final String EVENT_IDS = "x-parley-event-ids";

    public static final String SHOULD_RETRY = "x-should-retry";
    public static final String CACHE = "x-parley-cache";
    /** The model that answers a request for an alias. */
    public static final String MODEL = "x-parley-model";

    public static final String MODEL_REASON = "x-parley-model-reason";

    /** Request header: {@code off}. Response header: the gate that decided whether the answer to a similar question is reused. */
    public static final String SIMILAR = "x-parley-similar";

    /** The cosine of the question with the most similar one. */
    public static final String SIMILARITY = "x-parley-similarity";

    /** The generation whose answer is reused. */
    public static final String SOURCE = "x-parley-source";

    /** An earlier answer that did not suffice: the stronger model of the alias is to answer. */
    public static final String ESCALATE = "x-parley-escalate";

    public static final String OPEN_WEBUI_CHAT = "x-openwebui-chat-id";
    public static final String OPEN_WEBUI_USER = "x-openwebui-user-id";

    private HeaderNames() {}
}
