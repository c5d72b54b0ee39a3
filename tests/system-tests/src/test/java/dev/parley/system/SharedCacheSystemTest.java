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

/** A stock HTTP cache in front of the gateway stores only the page's assets, although it ignores tenants and keys. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SharedCacheSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final String CONVERSATION = "conv-" + UUID.randomUUID();
    private static final Pattern ASSET = Pattern.compile("/assets/[0-9a-f]+/script/[a-z/-]+\\.js");

    private static Varnish varnish;
    private static IssuedKey other;
    private static String generation;

    /**
     * A path that one key may read.
     *
     * @param key the key that may read it
     * @param secret text that only its responses may contain
     */
    record Guarded(String path, String key, String secret) {
        @Override
        public String toString() {
            return path;
        }
    }

    @BeforeAll
    static void startCache() throws Exception {
        ChatClient direct = new ChatClient(STACK.gateway(0));
        Answer answer = direct.ask(
                ChatClient.question("what only one tenant may read", ChatClient.QUICK),
                "x-parley-conversation",
                CONVERSATION);
        generation = answer.generation();
        other = IssuedKey.with(STACK, List.of("claude-haiku"), Map.of());
        direct.awaitStored(CONVERSATION);
        varnish = Varnish.inFrontOf(STACK.gateway(0));
    }

    @AfterAll
    static void stop() {
        varnish.close();
    }

    static Stream<Guarded> guardedPaths() {
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
    @MethodSource("guardedPaths")
    void responsesOfOneKeyAreNotServedToAnother(Guarded guarded) throws Exception {
        for (int time = 0; time < 2; time++) {
            Answer owner = get(guarded.path(), guarded.key()).succeeded();
            assertThat(owner.body()).contains(guarded.secret());
            assertThatIsNoHit(owner);
        }

        Answer foreign = get(guarded.path(), other.secret());
        assertThat(foreign.body()).doesNotContain(guarded.secret());
        assertThatIsNoHit(foreign);
        Answer unauthenticated = get(guarded.path(), "");
        assertThat(unauthenticated.status()).as(unauthenticated.body()).isEqualTo(401);
        assertThatIsNoHit(unauthenticated);
    }

    @ParameterizedTest
    @MethodSource("guardedPaths")
    void rejectionsAreNotServedToTheOwner(Guarded guarded) throws Exception {
        String path = guarded.path() + (guarded.path().contains("?") ? "&" : "?") + "fresh=" + UUID.randomUUID();

        assertThat(get(path, "").status()).isEqualTo(401);
        assertThat(get(path, other.secret()).body()).doesNotContain(guarded.secret());
        assertThat(get(path, guarded.key()).succeeded().body()).contains(guarded.secret());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/nothing", "/v1/messages", "/v1/conversations/no%20name", "/page/config.json", "/"})
    void errorsAndDynamicResponsesAreNotStored(String path) throws Exception {
        for (int time = 0; time < 2; time++) {
            Answer answer = get(path, LocalStack.KEY);
            assertThatIsNoHit(answer);
            assertThat(answer.status()).isIn(200, 400, 404, 405);
        }
    }

    @Test
    void pageAssetsAreStored() throws Exception {
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
        ChatClient cached = new ChatClient(varnish.address());
        return key.isEmpty()
                ? cached.send("GET", path, new byte[0])
                : cached.send("GET", path, new byte[0], "x-api-key", key);
    }

    private static void assertThatIsNoHit(Answer answer) {
        assertThat(isHit(answer))
                .as("x-varnish: %s", answer.header("x-varnish"))
                .isFalse();
    }

    /** For a hit, varnish adds the number of the request that stored the response. */
    private static boolean isHit(Answer answer) {
        assertThat(answer.header("x-varnish")).isNotEmpty();
        return answer.header("x-varnish").contains(" ");
    }
}
