package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stock HTTP cache before the gateway, which tells apart neither tenants nor keys: it stores the page's files only. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SharedCacheSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String CONVERSATION = "conv-" + UUID.randomUUID();
    private static final Pattern ASSET = Pattern.compile("/assets/[0-9a-f]+/script/[a-z/-]+\\.js");

    private static Varnish varnish;
    private static IssuedKey other;
    private static String generation;

    /**
     * Who may read an address, and who may not.
     *
     * @param path of the address
     * @param key of the reader, whose response has this secret
     * @param secret what no response without the key may have
     */
    record Guarded(String path, String key, String secret) {
        @Override
        public String toString() {
            return path;
        }
    }

    @BeforeAll
    static void askAndPutACacheInFront() throws Exception {
        Chat direct = new Chat(STACK.gateway(0));
        Answer answer = direct.ask(
                Chat.question("what only one tenant may read", "first_token_ms=0 tokens=5 tokens_per_second=1000"),
                "x-parley-conversation",
                CONVERSATION);
        generation = answer.generation();
        other = IssuedKey.with(STACK, List.of("claude-haiku"), Map.of());
        Eventually.value(() -> direct.get("/v1/conversations/" + CONVERSATION).status(), status -> status == 200);
        varnish = Varnish.inFrontOf(STACK.gateway(0));
    }

    @AfterAll
    static void stop() {
        varnish.close();
    }

    static Stream<Guarded> readAfterTheOwner() {
        return Stream.of(
                new Guarded("/v1/conversations?limit=100", LocalStack.KEY, CONVERSATION),
                new Guarded("/v1/conversations/" + CONVERSATION, LocalStack.KEY, "what only one tenant may read"),
                new Guarded(
                        "/v1/conversations/" + CONVERSATION + "/export",
                        LocalStack.KEY,
                        "what only one tenant may read"),
                new Guarded(
                        "/v1/conversations/" + CONVERSATION + "/export?format=json",
                        LocalStack.KEY,
                        "what only one tenant may read"),
                new Guarded("/v1/generations/" + generation + "/events", LocalStack.KEY, "message_start"),
                new Guarded("/v1/models", LocalStack.KEY, "claude-opus"),
                new Guarded("/v1/models/claude-opus-4-5", LocalStack.KEY, "Claude Opus 4.5"),
                new Guarded("/admin/keys", LocalStack.ADMIN_KEY, "\"keys\""),
                new Guarded("/admin/keys/" + other.id(), LocalStack.ADMIN_KEY, other.id()));
    }

    @ParameterizedTest
    @MethodSource("readAfterTheOwner")
    void whatOneKeyMayReadIsGivenToNoOther(Guarded asked) throws Exception {
        for (int time = 0; time < 2; time++) {
            Answer owner = get(asked.path(), asked.key());
            assertThat(owner.status()).as(owner.body()).isEqualTo(200);
            assertThat(owner.body()).contains(asked.secret());
            assertThatIsNoHit(owner);
        }

        Answer anothers = get(asked.path(), other.secret());
        assertThat(anothers.body()).doesNotContain(asked.secret());
        assertThatIsNoHit(anothers);
        Answer nobodys = get(asked.path(), "");
        assertThat(nobodys.status()).as(nobodys.body()).isEqualTo(401);
        assertThatIsNoHit(nobodys);
    }

    @ParameterizedTest
    @MethodSource("readAfterTheOwner")
    void whatOneKeyIsRefusedIsNotRefusedToItsOwner(Guarded asked) throws Exception {
        String path = asked.path() + (asked.path().contains("?") ? "&" : "?") + "fresh=" + UUID.randomUUID();

        assertThat(get(path, "").status()).isEqualTo(401);
        assertThat(get(path, other.secret()).body()).doesNotContain(asked.secret());
        Answer owner = get(path, asked.key());
        assertThat(owner.status()).as(owner.body()).isEqualTo(200);
        assertThat(owner.body()).contains(asked.secret());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nothing", "/v1/messages", "/v1/conversations/no%20name", "/page/config.json", "/"})
    void errorsAndWhatChangesAreAskedForEachTime(String path) throws Exception {
        for (int time = 0; time < 2; time++) {
            Answer answer = get(path, LocalStack.KEY);
            assertThatIsNoHit(answer);
            assertThat(answer.status()).isIn(200, 400, 404, 405);
        }
    }

    @Test
    void theFilesOfThePageAreStored() throws Exception {
        String page = get("/", "").body();
        Matcher assets = ASSET.matcher(page);
        assertThat(assets.find()).as(page).isTrue();

        Answer first = get(assets.group(), "");
        Answer second = get(assets.group(), "");

        assertThat(first.status()).isEqualTo(200);
        assertThat(isHit(second))
                .as("x-varnish: %s", second.header("x-varnish"))
                .isTrue();
        assertThat(second.body()).isEqualTo(first.body());
    }

    private static Answer get(String path, String key) throws IOException, InterruptedException {
        Chat cached = new Chat(varnish.address());
        return key.isEmpty()
                ? cached.send("GET", path, new byte[0])
                : cached.send("GET", path, new byte[0], "x-api-key", key);
    }

    private static void assertThatIsNoHit(Answer answer) {
        assertThat(isHit(answer))
                .as("x-varnish: %s", answer.header("x-varnish"))
                .isFalse();
    }

    /** Beside its own number, varnish names that of the request whose response it has stored. */
    private static boolean isHit(Answer answer) {
        assertThat(answer.header("x-varnish")).isNotEmpty();
        return answer.header("x-varnish").contains(" ");
    }
}
