package dev.parley.inference.generation;

import dev.parley.inference.generation.Ending.Broken;
import dev.parley.inference.generation.Ending.Cancelled;
import dev.parley.inference.generation.Ending.Refused;
import dev.parley.inference.generation.Ending.Whole;
import dev.parley.inference.generation.RetryPolicy.Decision.Again;
import dev.parley.inference.generation.RetryPolicy.Decision.AskOtherModel;
import dev.parley.inference.generation.RetryPolicy.Decision.Complete;
import dev.parley.inference.generation.RetryPolicy.Decision.GiveUp;
import dev.parley.inference.generation.RetryPolicy.Decision.GoOn;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** Decides what follows when a call to Claude has ended. */
final class RetryPolicy {
    private static final int BAD_REQUEST = 400;
    private static final int RATE_LIMIT = 429;
    private static final Set<Integer> TRANSIENT = Set.of(0, 408, RATE_LIMIT, 500, 502, 503, 504, 529);

    private RetryPolicy() {}

    /** What follows. */
    sealed interface Decision {
        /** Nothing: the generation ends as the call did. */
        record GiveUp() implements Decision {}

        /** Only the last event is missing, and it can be supplied. */
        record Complete() implements Decision {}

        /** The same call, after a pause. */
        record Again(Duration pause) implements Decision {}

        /** A call that goes on from what was shown. */
        record GoOn(Way way) implements Decision {}

        /** The same question to the next model of the chain. */
        record AskOtherModel() implements Decision {}
    }

    /** How Claude is asked. */
    enum Way {
        /** The client's own request. */
        AS_ASKED,
        /** With the text so far as the beginning of Claude's own message. */
        PREFILL,
        /** With the text so far as Claude's message and a user's message that asks to go on: some models refuse a prefill. */
        REQUEST
    }

    /**
     * Where the generation stands when the call has ended.
     *
     * @param way how this call asked
     * @param broken calls that broke off, this one included
     * @param refused calls that were refused in a row, this one included
     * @param elapsed since the generation began
     * @param otherModels whether the chain has another
     */
    record Standing(Progress progress, Way way, int broken, int refused, Duration elapsed, boolean otherModels) {}

    /**
     * Decides.
     *
     * @param jitter from 0 to 1; so much of the second half of a pause is waited
     */
    static Decision after(Ending ending, Standing standing, RetrySettings settings, double jitter) {
        return switch (ending) {
            case Whole _, Cancelled _ -> new GiveUp();
            case Broken _ -> afterBreak(standing, settings, jitter);
            case Refused refused -> afterRefusal(refused, standing, settings, jitter);
        };
    }

    private static Decision afterBreak(Standing standing, RetrySettings settings, double jitter) {
        if (standing.progress() == Progress.LACKS_ITS_END) {
            return new Complete();
        }
        if (standing.broken() >= settings.attemptsMax() || standing.elapsed().compareTo(settings.lifetimeMax()) >= 0) {
            return new GiveUp();
        }
        return switch (standing.progress()) {
            case NOTHING -> new Again(pause(standing.broken(), settings, jitter));
            case TEXT -> new GoOn(standing.way() == Way.REQUEST ? Way.REQUEST : Way.PREFILL);
            case MORE_THAN_TEXT, LACKS_ITS_END, WHOLE -> new GiveUp();
        };
    }

    private static Decision afterRefusal(Refused refused, Standing standing, RetrySettings settings, double jitter) {
        if (refused.status() == BAD_REQUEST && standing.way() == Way.PREFILL) {
            return new GoOn(Way.REQUEST);
        }
        if (!TRANSIENT.contains(refused.status())) {
            return new GiveUp();
        }
        Duration pause = refused.retryAfter().isEmpty()
                ? pause(standing.refused(), settings, jitter)
                : seconds(refused.retryAfter(), settings);
        boolean again = !refused.finalWord()
                && !isSpendLimit(refused)
                && standing.refused() <= settings.refusalsMax()
                && (refused.retryAfter().isEmpty() || pause.compareTo(settings.retryAfterMax()) <= 0)
                && standing.elapsed().plus(pause).compareTo(settings.budget()) <= 0;
        if (again) {
            return new Again(pause);
        }
        return standing.otherModels() && standing.progress() == Progress.NOTHING ? new AskOtherModel() : new GiveUp();
    }

    /** A limit of money, not of speed: it does not pass by waiting. */
    private static boolean isSpendLimit(Refused refused) {
        return refused.status() == RATE_LIMIT
                && refused.retryAfter().isEmpty()
                && refused.error().message().toLowerCase(Locale.ROOT).contains("usage limit");
    }

    private static Duration pause(int times, RetrySettings settings, double jitter) {
        Duration whole = settings.backoff().multipliedBy(1L << Math.clamp(times - 1L, 0, 16));
        return whole.dividedBy(2).plusNanos((long) (whole.toNanos() / 2.0 * jitter));
    }

    /** {@code retry-after} as whole or decimal seconds; a date is taken for too long. */
    private static Duration seconds(String retryAfter, RetrySettings settings) {
        return retryAfter.matches("\\d{1,6}(\\.\\d{1,6})?")
                ? Duration.ofMillis((long) (Double.parseDouble(retryAfter) * 1000))
                : settings.retryAfterMax().plusSeconds(1);
    }
}
