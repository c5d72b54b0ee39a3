package dev.parley.system;

import dev.parley.localstack.LocalStack;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A system that several classes of stories share: after a class that is extended with it, the promises are checked. */
abstract class CheckedStack implements AfterAllCallback {
    private final LocalStack stack;

    CheckedStack(LocalStack stack) {
        this.stack = stack;
    }

    /** Each request has one turn, and no log has a text or a key. */
    @Override
    public final void afterAll(ExtensionContext stories) throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(stack);
        ServiceLogLines.containNoTextsOrKeys(stack);
    }
}
