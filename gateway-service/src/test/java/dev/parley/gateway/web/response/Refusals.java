package dev.parley.gateway.web.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The errors with which requests are refused. */
public final class Refusals {
    private Refusals() {}

    /** Asserts that an action ends with an error of this status, and returns the error. */
    public static ApiErrorException assertRefused(int status, ThrowingCallable action) {
        Throwable failure = catchThrowable(action);
        if (failure instanceof ApiErrorException refused) {
            assertThat(refused.error().status()).isEqualTo(status);
            return refused;
        }
        throw new AssertionError("not refused with " + status, failure);
    }
}
