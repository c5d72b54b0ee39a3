package dev.parley.system;

import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client whose requests come to one gateway and then to another. */
@FaultStory
@Timeout(120)
class SwitchedGatewaySystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final List<ManagedProcess> WORKERS =
            List.of(STACK.process("persistence-worker", 0), STACK.process("persistence-worker", 1));

    /** The first gateway's own last answer is in the table, and the client has a later one from the other gateway. */
    @Test
    void theStoredHistoryHasATurnOfAnotherGatewayThatIsNotInTheTable() throws Exception {
        String id = "conv-" + UUID.randomUUID();
        ChatClient first = new ChatClient(STACK.gateway(0));
        GrowingConversation growing = new GrowingConversation(STACK, id);
        growing.next(first);
        first.awaitStored(id);
        WORKERS.forEach(ManagedProcess::pause);
        try {
            growing.next(new ChatClient(STACK.gateway(1)));
            growing.next(first);
        } finally {
            WORKERS.forEach(ManagedProcess::resume);
        }
    }
}
