package dev.parley.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.parley.localstack.LocalStack;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The chat page with an API key entered by the user. */
@OnUndisturbedStack
class PageApiKeySystemTest extends PageStories {
    @Test
    void waitsForRetryAfter() throws Exception {
        // The next one is permitted after 20 s, so that the page is refused on a busy machine, too.
        IssuedKey key = IssuedKey.with(STACK, Map.of("requests_per_minute", 3));
        enterKey(key.secret());
        Eventually.value(
                () -> key.at(0)
                        .ask(ChatClient.question("first_token_ms=0 tokens=1"))
                        .status(),
                status -> status == 429);
        ask("May I ask once more?", "first_token_ms=0 text=\"You may.\"");
        Locator again = chat.tab().locator("[data-action=try-again]");
        assertThat(again).hasText(Pattern.compile("Try again in \\d+ s"));
        assertThat(again).isDisabled();
        chat.screenshot("waits");
        assertThat(again).isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(ChatPage.TIMEOUT_MS));
        assertThat(again).hasText("Try again");
        again.click();
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("You may.");
        chat.untilTheEnd();
    }

    @Test
    void exportsAConversation() throws Exception {
        enterKey(LocalStack.KEY);
        assertThat(chat.tab().locator(".export")).isHidden();
        ask("What shall I take home?", "first_token_ms=0 text=\"All of it.\"").untilTheEnd();
        chat.facts();
        Page tab = chat.tab();
        Locator export = tab.locator(".export");
        Locator menu = tab.locator(".menu");
        Download markdown = tab.waitForDownload(() -> {
            export.click();
            assertThat(menu).isVisible();
            chat.screenshot("export");
            menu.getByText("Markdown").click();
        });
        assertThat(markdown.suggestedFilename()).isEqualTo("What-shall-I-take-home.md");
        assertThat(Files.readString(markdown.path())).contains("What shall I take home?", "All of it.");
        assertThat(menu).isHidden();

        export.focus();
        tab.keyboard().press("Enter");
        assertThat(menu).isVisible();
        tab.keyboard().press("Escape");
        assertThat(menu).isHidden();
        assertThat(export).isFocused();
        tab.keyboard().press("Enter");
        tab.keyboard().press("Tab");
        Download json = tab.waitForDownload(() -> tab.keyboard().press("Enter"));
        assertThat(json.suggestedFilename()).isEqualTo("What-shall-I-take-home.json");
        assertThat(JsonMapper.shared()
                        .readTree(Files.readString(json.path()))
                        .at("/turns/0/message/content/0/text")
                        .stringValue())
                .isEqualTo("All of it.");
        tab.setViewportSize(360, 740);
        export.click();
        assertThat(menu).isInViewport(new LocatorAssertions.IsInViewportOptions().setRatio(1));
        assertThat(chat.lowContrastTexts()).isEmpty();
        chat.screenshot("export-narrow");
    }

    @Test
    void showsTheUsageOfTheKey() throws Exception {
        IssuedKey key = IssuedKey.with(STACK, Map.of("usd_per_day", 2));
        enterKey(key.secret());
        ask("What do I cost?", "first_token_ms=0 text=\"Very little.\"").untilTheEnd();
        Eventually.value(
                () -> key.at(0).get("/v1/usage").json(),
                usage -> usage.at("/today/requests").intValue(0) == 1);

        chat.tab().locator("[data-action=usage]").click();
        Locator dialog = chat.tab().locator("dialog");
        assertThat(dialog.locator("li").first()).containsText(Pattern.compile("^1 question, \\$0\\.\\d+$"));
        assertThat(dialog).containsText("Claude Opus 5.5: 1 question");
        assertThat(dialog).containsText("Left of the budget$1.99 today");
        assertThat(chat.lowContrastTexts()).isEmpty();
        chat.screenshot("usage");
        chat.tab().keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
    }

    @Test
    void offersTheModelsOfTheKey() throws Exception {
        enterKey(IssuedKey.with(STACK, List.of("claude-haiku"), Map.of()).secret());
        assertThat(chat.tab().locator(".model option")).hasText(new String[] {"Claude Haiku 5.5", "Claude Haiku 4.5"});
        ask("Who answers me?", "first_token_ms=0 text=\"A small one.\"").untilTheEnd();
        assertThat(chat.text()).isEqualTo("A small one.");
        assertThat(chat.facts()).contains("Claude Haiku 5.5");
    }

    @Test
    void asksOnceForAMissingKey() throws Exception {
        openWithoutLocalKey();
        Locator key = chat.tab().locator("dialog input");
        key.fill("wrong");
        chat.tab().keyboard().press("Enter");
        assertThat(chat.tab().locator("dialog .complaint")).containsText("not accepted");
        chat.screenshot("key");
        replaceKey(LocalStack.KEY);
        ask("May I come in?", "first_token_ms=0 text=\"welcome\"").untilTheEnd();
        assertThat(chat.text()).isEqualTo("welcome");
        assertThat(chat.tab().locator("[data-action=forget]")).isVisible();
        chat.tab().reload();
        chat.untilCharacters(7);
        assertThat(chat.tab().locator("dialog")).hasCount(0);
        chat.tab().locator("[data-action=forget]").click();
        assertThat(key).isVisible();
        assertThat(chat.tab().locator("[data-action=forget]")).isHidden();
    }

    @Test
    void forgetsTheKeyInAllTabs() throws Exception {
        enterKey(LocalStack.KEY);
        ask("Who may read this later?", "first_token_ms=0 text=\"Only you.\"").untilTheEnd();
        chat.facts();
        ChatPage other = chromium.open(URI.create(chat.tab().url()), chat.tab().context());
        other.untilCharacters(9);
        Object pages = chat.tab().evaluate("history.length");
        chat.tab().locator("[data-action=forget]").click();
        for (Page tab : List.of(chat.tab(), other.tab())) {
            assertThat(tab.locator(".bubble")).hasCount(0);
            assertThat(tab.locator("dialog input")).isVisible();
        }
        assertThat(chat.tab().evaluate("history.length")).isEqualTo(pages);
        assertThat(other.browserErrors()).isEmpty();
    }

    @Test
    void anotherKeyShowsNothingOfTheRefusedOne() throws Exception {
        IssuedKey first = IssuedKey.with(STACK, Map.of());
        enterKey(first.secret());
        String question = "Who asked this with another key?";
        ask(question, "fault=invalid_request");
        assertThat(chat.lastAnswer().locator(".note.is-error")).isVisible();
        first.revoke();
        for (int gateway : List.of(0, 1)) {
            Eventually.value(() -> first.at(gateway).get("/v1/models").status(), status -> status == 401);
        }
        chat.tab().reload();
        assertThat(chat.tab().locator("dialog .complaint")).containsText("not accepted");
        Locator ofFirst = chat.tab().locator(".conversations a", new Page.LocatorOptions().setHasText(question));
        assertThat(ofFirst).isVisible();

        chat.tab()
                .waitForResponse(
                        response -> response.url().contains("/v1/conversations?") && response.ok(),
                        () -> replaceKey(LocalStack.KEY));
        assertThat(ofFirst).hasCount(0);
        assertThat(chat.tab().evaluate("Object.keys(localStorage).join()")).isEqualTo("parley.key");
        assertThat(SIMULATOR.requests(question)).hasSize(1);
    }

    /** Enters this key instead of a refused one, with which the page begins anew. */
    private void replaceKey(String key) {
        Page tab = chat.tab();
        tab.locator("dialog input").fill(key);
        tab.waitForRequest("**/page/config.json", () -> tab.keyboard().press("Enter"));
        assertThat(tab.locator("dialog")).hasCount(0);
    }

    /** Opens the page in a browser without a local key, and enters this one. */
    private void enterKey(String key) {
        openWithoutLocalKey();
        chat.tab().locator("dialog input").fill(key);
        chat.tab().keyboard().press("Enter");
        assertThat(chat.tab().locator("dialog")).hasCount(0);
    }

    /** Opens the page in a browser without a local key. */
    private void openWithoutLocalKey() {
        chat.tab()
                .context()
                .route(
                        "**/page/config.json",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody("{}")));
        chat.tab().navigate(proxy.address().toString());
        chat.tab().reload();
    }
}
