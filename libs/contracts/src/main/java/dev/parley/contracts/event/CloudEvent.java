package dev.parley.contracts.event;

import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The names of the CloudEvents attributes as Kafka headers (CloudEvents 1.0, Kafka protocol binding, binary content mode).
 * Attributes have the prefix {@code ce_}; extensions consist of lower-case letters only.
 */
public final class CloudEvent {
    public static final String SPEC_VERSION = "ce_specversion";
    public static final String ID = "ce_id";
    public static final String SOURCE = "ce_source";
    public static final String TYPE = "ce_type";
    public static final String TIME = "ce_time";
    public static final String CONTENT_TYPE = "content-type";

    public static final String SUBJECT = "ce_subject";
    public static final String GENERATION = "ce_generation";
    public static final String CONVERSATION = "ce_conversation";
    public static final String TENANT = "ce_tenant";
    public static final String USER = "ce_user";
    /** The id of the API key, never the key itself; absent for keys from the configuration of the gateway. */
    public static final String KEY = "ce_key";

    public static final String MODEL = "ce_model";
    /** The prefixes of the models that the key may use, as a JSON array; absent if it may use all. */
    public static final String PERMITTED_MODELS = "ce_permittedmodels";

    public static final String STREAMING = "ce_streaming";
    public static final String FINGERPRINT = "ce_fingerprint";
    public static final String CACHE_POLICY = "ce_cachepolicy";
    public static final String CACHE_VERDICT = "ce_cacheverdict";
    /** The mode in which the answer to a similar question may be reused; with it come the partition and the question. */
    public static final String SIMILAR_MODE = "ce_similarmode";

    /** The least cosine of both questions, if it is not that of the mode. */
    public static final String SIMILAR_COSINE_MIN = "ce_similarcosinemin";

    public static final String SIMILAR_PARTITION = "ce_similarpartition";
    public static final String SIMILAR_QUESTION = "ce_similarquestion";
    /** The generation whose answer did not suffice: the stronger model of the alias answers. */
    public static final String ESCALATES = "ce_escalates";

    public static final String REPLY_PARTITION = "ce_replypartition";
    public static final String REPLY_OFFSET = "ce_replyoffset";
    public static final String RECEIVED_AT = "ce_receivedat";
    public static final String ANTHROPIC_VERSION = "ce_anthropicversion";
    public static final String ANTHROPIC_BETA = "ce_anthropicbeta";
    /** The grace period: how long a generation continues without a reader, in milliseconds. */
    public static final String GRACE_MS = "ce_gracems";

    /** The name of an experiment, on the events of its trials. */
    public static final String EXPERIMENT = "ce_experiment";

    /** The W3C Trace Context, under the name that tracing agents use. */
    public static final String TRACEPARENT = "traceparent";

    private CloudEvent() {}

    /** The attributes that the specification requires, and the time of the event. */
    public static EventHeaders begin(String type, String id, String source, Instant time) {
        return new EventHeaders(new RecordHeaders())
                .put(SPEC_VERSION, "1.0")
                .put(TYPE, type)
                .put(ID, id)
                .put(SOURCE, "/parley/" + source)
                .put(TIME, time.toString())
                .put(CONTENT_TYPE, "application/json");
    }
}
