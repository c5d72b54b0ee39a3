package dev.parley.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions;
import com.microsoft.playwright.options.ColorScheme;
import dev.parley.localstack.LocalStack;
import java.net.URI;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;

/** The operators' page under load, and with a service down. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
@ExtendWith(SharedStack.class)
class PulseSystemTest {
    private static final LocalStack STACK = SharedStack.get();
    private static final URI ADDRESS = STACK.pulse().resolve("/pulse");
    private static final int SERVICES = LogSystemTest.RUNNING.size();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final HasTextOptions WITHIN_TIMEOUT = new HasTextOptions().setTimeout(20_000);
    private static final Pattern POSITIVE = Pattern.compile("[1-9]\\d*");
    private static final String QUICK = "first_token_ms=150 tokens=40 tokens_per_second=400";
    /** Long enough to be observed on the page, also of a busy machine. */
    private static final String SLOW = "first_token_ms=200 tokens=240 tokens_per_second=20";

    private static Chromium chromium;

    private final ChatClient chat = new ChatClient(STACK.gateway(0));
    private ChatPage view;
    private Page page;

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void stop() throws Exception {
        chromium.close();
    }

    @BeforeEach
    void openPage() {
        page = chromium.profile().newPage();
        view = new ChatPage(page, ADDRESS);
        page.navigate(ADDRESS.toString());
        assertThat(page.locator("#link")).hasText("Live", WITHIN_TIMEOUT);
        assertThat(page.locator(".node[data-state=up]")).hasCount(SERVICES, new HasCountOptions().setTimeout(20_000));
    }

    @AfterEach
    void noBrowserErrors() {
        assertThat(view.browserErrors()).isEmpty();
        page.context().close();
    }

    @Tag("cache-service")
    @Test
    void showsTheTrafficOfEachStage() throws Exception {
        CompletableFuture<Answer> slow = chat.askAsync(ChatClient.question(SLOW));
        assertThat(number("open_streams")).hasText(POSITIVE, WITHIN_TIMEOUT);
        assertThat(number("generations_running")).hasText(POSITIVE, WITHIN_TIMEOUT);
        ObjectNode twice = ChatClient.question(UUID.randomUUID().toString(), QUICK);
        chat.ask(twice);
        for (int i = 0; i < 8; i++) {
            chat.ask(ChatClient.question(QUICK));
        }
        Eventually.value(() -> chat.ask(twice), answer -> answer.cache().equals("exact"));
        chat.ask(ChatClient.question("fault=api_error"));
        assertThat(slow.get().status()).isEqualTo(200);

        assertThat(number("open_streams")).hasText("0", WITHIN_TIMEOUT);
        assertThat(number("ended_rate").first()).hasText(Pattern.compile("0\\.[1-9]\\d?|[1-9].*"));
        assertThat(page.locator(".figure [data-n=hit_rate]")).hasText(Pattern.compile("[1-9].* %"));
        assertThat(page.locator(".figure [data-n=failed_share]")).hasText(Pattern.compile("[1-9].* %"));
        assertThat(page.locator(".figure [data-n=cost]")).hasText(Pattern.compile("\\$\\d.*[1-9].*"));
        for (String stage : new String[] {"session", "cache", "queue", "claude", "first_token"}) {
            assertThat(page.locator("[data-pair=" + stage + "]").first())
                    .hasText(Pattern.compile(".+ · .+ m?s"), WITHIN_TIMEOUT);
        }
        // Minutes, if a test before this one stopped the worker.
        assertThat(number("stored")).hasText(Pattern.compile(".+ · .+ (m?s|min)"), WITHIN_TIMEOUT);
        for (String group : new String[] {"inference-service", "persistence-worker", "cache-service-answers"}) {
            assertThat(number("lag:" + group)).hasText("0", WITHIN_TIMEOUT);
        }
        assertThat(page.locator("#errors")).containsText("api_error");
        assertThat(page.locator(".slow[open] .tree")).containsText("Claude in all");
        isReadableInEveryTheme();
    }

    private void isReadableInEveryTheme() {
        screenshot("pulse");
        assertThat(view.lowContrastTexts()).isEmpty();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        screenshot("pulse-dark");
        assertThat(view.lowContrastTexts()).isEmpty();
        page.setViewportSize(360, 740);
        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .isEqualTo(360);
        screenshot("pulse-narrow");
        page.setViewportSize(1180, 800);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    @Test
    void showsAServiceThatIsDown() {
        Locator node = page.locator("[data-service=persistence-worker]");
        STACK.process("persistence-worker", 0).crash();
        try {
            assertThat(node.locator(".state")).hasText("unreachable", WITHIN_TIMEOUT);
            assertThat(number("stored")).hasText("?");
            assertThat(page.locator(".node[data-state=up]")).hasCount(SERVICES - 1);
            screenshot("pulse-down");
            assertThat(view.lowContrastTexts()).isEmpty();
        } finally {
            STACK.process("persistence-worker", 0).restart();
        }
        assertThat(node.locator(".state")).hasText("1 replica", WITHIN_TIMEOUT);
    }

    @Test
    @Tag("faults")
    void showsAnUnresponsiveServerAndRecovers() {
        STACK.process("pulse", 0).pause();
        try {
            assertThat(page.locator("#notice"))
                    .containsText("has not answered since", new ContainsTextOptions().setTimeout(20_000));
            screenshot("pulse-silent");
        } finally {
            STACK.process("pulse", 0).resume();
        }
        assertThat(page.locator("#link")).hasText("Live", WITHIN_TIMEOUT);
        assertThat(page.locator("#notice")).isHidden();
    }

    @Test
    void sendsAKeyWithoutInvisibleCharacters() {
        page.route("**/pulse/snapshot", route -> {
            if ("a-key".equals(route.request().headerValue("x-api-key"))) {
                route.resume();
            } else {
                route.fulfill(new Route.FulfillOptions().setStatus(401).setBody("{}"));
            }
        });
        page.reload();
        page.locator("#key").fill("\uFEFFa-\u200Bkey ");
        page.keyboard().press("Enter");
        assertThat(page.locator("#link")).hasText("Live", WITHIN_TIMEOUT);
    }

    private Locator number(String name) {
        return page.locator("[data-n='" + name + "']");
    }

    private void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }
}
