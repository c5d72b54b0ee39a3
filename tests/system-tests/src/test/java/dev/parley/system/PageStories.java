package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Stories of the chat page in a real browser. Two gateways serve one address. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class PageStories {
    static final LocalStack STACK = UndisturbedStack.get();
    static final Simulator SIMULATOR = new Simulator(STACK);

    /** A text that every test expects completely, once, and in order. */
    static final String PROSE = """
        A log is an ordered sequence of records: producers append records at its end, and stored records never \
        change. A consumer keeps one number, the offset of the next record, and that is enough to stop, to \
        restart, and to continue without a gap. Two consumers of a partition read the same records. A consumer \
        that fails in the middle of an answer continues at the stored offset. If a producer stops, another one \
        can take over: it first reads the records so far and then appends the missing ones. So an answer that \
        streams over a log does not depend on one connection, and a client can disconnect and resume without \
        losing any text of the answer.\
        """;

    /** About six seconds: what happens in its middle does so on a busy machine, too. */
    static final String SLOWLY = "first_token_ms=100 tokens_per_second=20 text=\"" + PROSE + "\"";

    FailoverProxy proxy;
    Chromium chromium;
    ChatPage chat;

    @BeforeAll
    void startBrowser() throws Exception {
        proxy = new FailoverProxy(List.of(STACK.gateway(0), STACK.gateway(1)));
        chromium = Chromium.start();
    }

    @AfterAll
    void stop() throws Exception {
        chromium.close();
        proxy.close();
    }

    @BeforeEach
    void openPage() {
        chat = chromium.open(proxy.address());
    }

    @AfterEach
    void noBrowserErrors() {
        assertThat(chat.browserErrors()).isEmpty();
        chat.tab().context().close();
    }

    /** Sends a prompt that no other test sends, with directives for the simulator. */
    ChatPage ask(String question, String directives) throws Exception {
        SIMULATOR.script(question, directives);
        return chat.ask(question);
    }
}
