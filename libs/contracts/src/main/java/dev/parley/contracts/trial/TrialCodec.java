package dev.parley.contracts.trial;

import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.EventValue;
import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.topic.Topics;
import dev.parley.contracts.trial.TrialEvent.TrialCompleted;
import dev.parley.contracts.trial.TrialEvent.TrialFailed;
import dev.parley.contracts.trial.TrialEvent.TrialStarted;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The codec of {@code chat.trials}: JSON as of turn events, keyed by generation. */
public final class TrialCodec {
    public static final String TRIAL_STARTED = "dev.parley.TrialStarted.v1";
    public static final String TRIAL_COMPLETED = "dev.parley.TrialCompleted.v1";
    public static final String TRIAL_FAILED = "dev.parley.TrialFailed.v1";

    private TrialCodec() {}

    public static ProducerRecord<String, byte[]> encode(TrialEvent event) {
        String generation = event.generation().value();
        return CloudEvent.begin(type(event), event.experiment() + "/" + generation, "experiment", event.at())
                .put(CloudEvent.GENERATION, generation)
                .put(CloudEvent.CONVERSATION, event.conversation().value())
                .put(CloudEvent.TENANT, event.tenant().value())
                .put(CloudEvent.MODEL, event.model())
                .put(CloudEvent.EXPERIMENT, event.experiment())
                .record(Topics.TRIALS, generation, TurnCodec.MAPPER.writeValueAsBytes(event));
    }

    /** The event of a record; throws a {@link MalformedEventException} if it is none of a known version. */
    public static TrialEvent decode(Headers headers, byte @Nullable [] value) {
        String type = new EventHeaders(headers).require(CloudEvent.TYPE);
        Class<? extends TrialEvent> known = switch (type) {
            case TRIAL_STARTED -> TrialStarted.class;
            case TRIAL_COMPLETED -> TrialCompleted.class;
            case TRIAL_FAILED -> TrialFailed.class;
            default -> throw new MalformedEventException("unknown type of event of a trial: " + type);
        };
        return EventValue.read(type, known, value);
    }

    private static String type(TrialEvent event) {
        return switch (event) {
            case TrialStarted _ -> TRIAL_STARTED;
            case TrialCompleted _ -> TRIAL_COMPLETED;
            case TrialFailed _ -> TRIAL_FAILED;
        };
    }
}
