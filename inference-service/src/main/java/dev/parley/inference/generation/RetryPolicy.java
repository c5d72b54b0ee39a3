package dev.parley.inference.generation;

import dev.parley.inference.generation.RetryPolicy.Decision.AskOtherModel;
import dev.parley.inference.generation.RetryPolicy.Decision.Complete;
import dev.parley.inference.generation.RetryPolicy.Decision.Continue;
import dev.parley.inference.generation.RetryPolicy.Decision.GiveUp;
import dev.parley.inference.generation.RetryPolicy.Decision.Retry;
import dev.parley.inference.generation.calls.Claude.ShouldRetry;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.inference.generation.calls.Ending.Completed;
import dev.parley.inference.generation.calls.Ending.Refused;
import java.time.Duration;
import java.util.Set;

/** Decides what follows the end of a call to Claude. */
final class RetryPolicy {
    private static final int BAD_REQUEST = 400;
    private static final int SERVER_ERROR = 500;

    /** Of those below {@value #SERVER_ERROR}, as the official SDKs have it. */
    private static final Set<Integer> TRANSIENT = Set.of(0, 408, 409, 429);

    private RetryPolicy() {}

    sealed interface Decision {
        /** The generation ends as the call did. */
        record GiveUp() implements Decision {}

        /** Only the last event is missing, and is added. */
        record Complete() implements Decision {}

        /** The same call, after a pause. */
        record Retry(Duration pause) implements Decision {}

        /** A call that continues the delivered text. */
        record Continue(RequestForm form) implements Decision {}

        /** The same request to the next fallback model. */
        record AskOtherModel() implements Decision {}
    }

    enum RequestForm {
        /** The client's own request. */
        ORIGINAL,
        /** With the delivered text as a prefill of the assistant's message. */
        PREFILL,
        /**
         * With the delivered text as a message, and a user message that asks to continue: some models refuse a prefill, and all do
         * while they think.
         */
        USER_MESSAGE
    }

    /**
     * The state of the generation at the end of a call.
     *
     * @param form of the call
     * @param broken number of interrupted calls, this one included
     * @param refused number of consecutive refused calls, this one included
     * @param elapsed since the start of the generation
     * @param refusedFor since the start of the generation, or since its answer broke
     * @param otherModels whether there is another fallback model
     */
    record RetryState(
            AnswerProgress progress,
            RequestForm form,
            int broken,
            int refused,
            Duration elapsed,
            Duration refusedFor,
            boolean otherModels) {}

    /** Decides. The jitter, from 0 to 1, is the part of the second half of a pause that is waited. */
    static Decision after(Ending ending, RetryState state, RetrySettings settings, double jitter) {
        return switch (ending) {
            case Completed _, Cancelled _ -> new GiveUp();
            case Broken _ -> afterBreak(state, settings, jitter);
            case Refused refused -> afterRefusal(refused, state, settings, jitter);
        };
    }

    private static Decision afterBreak(RetryState state, RetrySettings settings, double jitter) {
        if (state.progress() == AnswerProgress.END_MISSING) {
            return new Complete();
        }
        if (state.elapsed().compareTo(settings.lifetimeMax()) >= 0) {
            return new GiveUp();
        }
        if (state.broken() >= settings.attemptsMax()) {
            return otherModelOrGiveUp(state);
        }
        return switch (state.progress()) {
            case NOTHING -> new Retry(pause(state.broken(), settings, jitter));
            case TEXT ->
                new Continue(state.form() == RequestForm.USER_MESSAGE ? RequestForm.USER_MESSAGE : RequestForm.PREFILL);
            case TEXT_AND_THINKING -> new Continue(RequestForm.USER_MESSAGE);
            case MORE_THAN_TEXT, END_MISSING, COMPLETE -> new GiveUp();
        };
    }

    private static Decision afterRefusal(Refused refused, RetryState state, RetrySettings settings, double jitter) {
        if (refused.status() == BAD_REQUEST && state.form() == RequestForm.PREFILL) {
            return new Continue(RequestForm.USER_MESSAGE);
        }
        if (!isTransient(refused)) {
            return new GiveUp();
        }
        Duration pause = refused.retryAfter().isEmpty()
                ? pause(state.refused(), settings, jitter)
                : seconds(refused.retryAfter(), settings);
        boolean again = !refused.noRetry()
                && !refused.error().isSpendLimit(refused.retryAfter())
                && state.refused() <= settings.refusalsMax()
                && (refused.retryAfter().isEmpty() || pause.compareTo(settings.retryAfterMax()) <= 0)
                && state.refusedFor().plus(pause).compareTo(settings.budget()) <= 0;
        if (again) {
            return new Retry(pause);
        }
        return otherModelOrGiveUp(state);
    }

    private static Decision otherModelOrGiveUp(RetryState state) {
        return state.otherModels() && state.progress() == AnswerProgress.NOTHING ? new AskOtherModel() : new GiveUp();
    }

    /** Whether the same request may be accepted later, or by another model. */
    static boolean isTransient(Refused refused) {
        return TRANSIENT.contains(refused.status())
                || refused.status() >= SERVER_ERROR
                || refused.shouldRetry() == ShouldRetry.YES;
    }

    private static Duration pause(int times, RetrySettings settings, double jitter) {
        Duration longest = settings.backoff().multipliedBy(1L << Math.clamp(times - 1L, 0, 16));
        return longest.dividedBy(2).plusNanos((long) (longest.toNanos() / 2.0 * jitter));
    }

    /** {@code retry-after} in whole or decimal seconds; a date counts as longer than the limit. */
    private static Duration seconds(String retryAfter, RetrySettings settings) {
        return retryAfter.matches("\\d{1,6}(\\.\\d{1,6})?")
                ? Duration.ofMillis((long) (Double.parseDouble(retryAfter) * 1000))
                : settings.retryAfterMax().plusSeconds(1);
    }
}
