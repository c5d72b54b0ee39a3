package dev.parley.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person does with conversations of the chat page. */
@OnUndisturbedStack
class PageConversationsSystemTest extends PageStories {
    /** A minimal PNG. */
    private static final byte[] PIXEL = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    @Test
    void keepsADraft() {
        chat.tab().fill("#question", "half a quest");
        chat.tab().reload();
        assertThat(chat.tab().locator("#question")).hasValue("half a quest");
        assertThat(chat.tab().locator(".send")).isEnabled();
    }

    @Test
    void searchesWhileAnAnswerRuns() throws Exception {
        ask("Does a search disturb?", SLOWLY).untilCharacters(100);
        chat.tab().focus("#search");
        chat.tab().keyboard().type("nothing is called that");
        assertThat(chat.tab().locator(".conversations li")).hasCount(0);
        assertThat(chat.tab().locator(".title")).hasText("Does a search disturb?");
        chat.tab().keyboard().press("Escape");
        assertThat(chat.tab().locator("#search")).isEmpty();
        assertThat(chat.tab().locator(".conversations .is-current")).hasCount(1);
        chat.untilTheEnd();
        assertThat(chat.text()).isEqualTo(PROSE);
    }

    @Test
    void supportsTheKeyboard() throws Exception {
        Page tab = chat.tab();
        SIMULATOR.script("one\ntwo", "first_token_ms=0 tokens=5");
        tab.fill("#question", "one");
        tab.keyboard().press("Shift+Enter");
        tab.keyboard().type("two");
        tab.keyboard().press("Enter");
        assertThat(tab.locator(".question .bubble")).containsText("one\ntwo");
        chat.untilTheEnd();
        String address = tab.url();
        tab.locator(".skip").focus();
        tab.keyboard().press("Enter");
        assertThat(tab.locator("#question")).isFocused();
        assertThat(tab).hasURL(address);
        assertThat(tab.locator(".question .bubble")).isVisible();
        tab.locator(".question").click();
        tab.locator(".answer .icon-button").first().focus();
        tab.keyboard().press("/");
        assertThat(tab.locator("#search")).isFocused();
        tab.keyboard().type("nothing is called that");
        assertThat(tab.locator(".conversations li")).hasCount(0);
        chat.screenshot("search");
    }

    @Test
    void publishedQuestionsMoveNothingWhenTheyArrive() throws Exception {
        ChatClient gateway = new ChatClient(STACK.gateway(0));
        gateway.publish("moving", ChatClient.question());
        try {
            Page tab = chat.tab();
            List<Route> held = new ArrayList<>();
            tab.route("**/v1/collections/*", held::add);
            Eventually.value(
                    () -> new ChatClient(proxy.address())
                            .send("GET", "/page/config.json", new byte[0])
                            .body(),
                    config -> config.contains("local.help"));
            chat.load();
            tab.waitForCondition(() -> !held.isEmpty());
            double composer = tab.locator("#question").boundingBox().y;
            double greeting = tab.locator(".greeting h2").boundingBox().y;

            held.forEach(Route::resume);
            assertThat(tab.locator(".suggestion")).isVisible();
            assertThat(tab.locator("#question").boundingBox().y).isEqualTo(composer);
            assertThat(tab.locator(".greeting h2").boundingBox().y).isEqualTo(greeting);
            assertThat(tab.locator(".suggestion").boundingBox().y).isGreaterThan(composer);
            chat.screenshot("suggestions");
            tab.locator(".suggestion").click();
            assertThat(chat.lastAnswer()).isVisible();
            assertThat(tab.locator(".suggestion")).isHidden();
        } finally {
            assertThat(gateway.delete("/v1/collections/help/questions/moving").status())
                    .isEqualTo(204);
        }
    }

    @Test
    void ratesAnAnswer() throws Exception {
        ask("What is worth a thumb?", "first_token_ms=0 tokens=5").untilTheEnd();
        chat.facts();
        Locator down = chat.lastAnswer().locator("[data-action=rate-down]");
        rate(down);
        assertThat(down).hasAttribute("aria-pressed", "true");
        chat.screenshot("rated");

        chat.tab().reload();
        assertThat(down).hasAttribute("aria-pressed", "true");
        Locator up = chat.lastAnswer().locator("[data-action=rate-up]");
        rate(up);
        assertThat(up).hasAttribute("aria-pressed", "true");
        assertThat(down).hasAttribute("aria-pressed", "false");
    }

    private void rate(Locator thumb) {
        var accepted = chat.tab()
                .waitForResponse(
                        response -> response.url().endsWith("/feedback"),
                        () -> thumb.click(new Locator.ClickOptions().setTimeout(ChatPage.TIMEOUT_MS)));
        assertThat(accepted.status()).isEqualTo(200);
    }

    @Test
    void editsAndRegenerates() throws Exception {
        ask("What is the capitol of Norway?", "first_token_ms=0 text=\"first\"").untilTheEnd();
        chat.tab().locator(".question").hover();
        chat.tab().locator("[data-action=edit]").click();
        String better = "What is the capital of Norway?";
        chat.tab().locator(".edit textarea").fill(better);
        chat.screenshot("edit");
        SIMULATOR.script(better, "first_token_ms=0 text=\"Oslo.\"");
        chat.tab().keyboard().press("Enter");
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("Oslo.");
        assertThat(chat.lastAnswer()).isFocused();
        chat.untilTheEnd();
        assertThat(chat.tab().locator(".question")).hasCount(1);
        assertThat(chat.lastAnswer().locator(".facts")).containsText("not cached");
        SIMULATOR.script(better, "first_token_ms=500 text=\"Oslo, since 1814.\"");
        chat.tab().locator("[data-action=regenerate]").press("Enter");
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("Oslo, since 1814.");
        assertThat(chat.lastAnswer()).isFocused();
        chat.untilTheEnd();
        assertThat(chat.lastAnswer().locator(".facts")).containsText("cache bypassed");
        assertThat(SIMULATOR.requests(better))
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.at("/body/messages")).hasSize(1));
        chat.facts();
        showsAllVersions();
        chat.tab().reload();
        chat.untilCharacters(1);
        showsAllVersions();
    }

    private void showsAllVersions() {
        Locator ofQuestion = chat.tab().locator(".question .versions");
        Locator ofAnswer = chat.tab().locator(".answer .versions");
        assertThat(ofQuestion).containsText("2/2");
        assertThat(ofAnswer).containsText("2/2");
        chat.screenshot("versions");
        ofAnswer.locator("[data-action=version-before]").click();
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("Oslo.");
        ofQuestion.locator("[data-action=version-before]").click();
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("first");
        assertThat(chat.tab().locator(".question .bubble")).containsText("capitol");
        ofQuestion.locator("[data-action=version-after]").click();
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("Oslo, since 1814.");
    }

    @Test
    void sendsImages() throws Exception {
        chat.tab().setInputFiles("input[type=file]", new FilePayload("pixel.png", "image/png", PIXEL));
        assertThat(chat.tab().locator(".attached")).hasCount(1);
        chat.tab().evaluate("""
            (data) => {
              const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
              const transfer = () => {
                const made = new DataTransfer();
                made.items.add(new File([bytes], 'pixel.png', { type: 'image/png' }));
                return made;
              };
              const question = document.getElementById('question');
              question.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer(), bubbles: true, cancelable: true }));
              document.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer(), bubbles: true, cancelable: true }));
            }
            """, Base64.getEncoder().encodeToString(PIXEL));
        assertThat(chat.tab().locator(".attached")).hasCount(3);
        chat.screenshot("images");
        String question = "Which colour is this?";
        ask(question, "first_token_ms=0 tokens=5").untilTheEnd();
        assertThat(chat.tab().locator(".question img")).hasCount(3);
        assertThat(SIMULATOR.requests(question).getFirst().at("/body/messages/0/content"))
                .hasSize(4);
    }

    @Test
    void renamesAndDeletes() throws Exception {
        ask("What shall I call this?", "first_token_ms=0 text=\"As you like.\"").untilTheEnd();
        chat.facts();
        Locator current = chat.tab().locator(".conversations .is-current");
        rename("A better name");
        chat.tab().keyboard().press("Enter");
        assertThat(current.locator("a")).hasText("A better name");
        assertThat(chat.tab().locator(".title")).hasText("A better name");
        chat.tab().reload();
        assertThat(current.locator("a")).hasText("A better name");
        current.hover();
        current.locator("[data-action=delete]").click();
        chat.screenshot("delete");
        chat.tab().locator("dialog .is-danger").click();
        assertThat(conversation(chat.tab(), "A better name")).hasCount(0);
        assertThat(chat.tab().locator("body")).hasClass("is-empty");
    }

    @Test
    void aClickThatEndsRenamingIsNotLost() throws Exception {
        ask("What is opened while another is renamed?", "first_token_ms=0 text=\"This.\"")
                .untilTheEnd();
        chat.facts();
        Page tab = chat.tab();
        tab.locator(".new-chat").click();
        ask("What is renamed?", "first_token_ms=0 text=\"That.\"").untilTheEnd();
        chat.facts();
        List<Route> held = new ArrayList<>();
        tab.route("**/v1/conversations/conv_*", route -> {
            if (route.request().method().equals("PATCH")) {
                held.add(route);
            } else {
                route.fallback();
            }
        });
        rename("A name");
        tab.locator("#question").click();
        tab.waitForCondition(() -> !held.isEmpty());
        tab.keyboard().type("half ");
        tab.waitForResponse(
                response -> response.request().method().equals("PATCH"),
                () -> held.getFirst().resume());
        tab.keyboard().type("a quest");
        assertThat(tab.locator("#question")).hasValue("half a quest");

        rename("A better name");
        conversation(tab, "What is opened while another is renamed?").click();
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("This.");
        assertThat(conversation(tab, "A better name")).isVisible();
        held.getLast().resume();
    }

    /** Types another title for the open conversation. */
    private void rename(String title) {
        Locator current = chat.tab().locator(".conversations .is-current");
        current.hover();
        current.locator("[data-action=rename]").click();
        chat.tab().locator(".rename").fill(title);
    }

    @Test
    void aDeletedConversationDoesNotComeBack() throws Exception {
        ask("Shall this be forgotten?", SLOWLY).untilCharacters(50);
        Locator current = chat.tab().locator(".conversations .is-current");
        current.hover();
        current.locator("[data-action=delete]").click();
        chat.tab().locator("dialog .is-danger").click();
        assertThat(chat.tab().locator("body")).hasClass("is-empty");
        // A new tab knows of no deletions.
        Page other = chat.tab().context().newPage();
        listsConversations(other, () -> other.navigate(proxy.address().toString()));
        assertThat(conversation(other, "Shall this be forgotten?")).hasCount(0);
    }

    @Test
    void asksInAConversationOnlyWhenItIsLoaded() throws Exception {
        ask("What is loaded late?", "first_token_ms=0 text=\"A conversation.\"").untilTheEnd();
        chat.facts();
        Page tab = chat.tab();
        tab.locator(".new-chat").click();
        List<Route> held = new ArrayList<>();
        tab.route("**/v1/conversations/conv_*", held::add);
        conversation(tab, "What is loaded late?").click();
        tab.waitForCondition(() -> !held.isEmpty());
        chat.ask("And what is early?");
        assertThat(tab.locator("#question")).hasValue("And what is early?");
        assertThat(tab.locator(".send")).isDisabled();

        held.getFirst().abort();
        assertThat(tab.locator(".greeting .note")).containsText("could not be loaded");
        assertThat(tab.locator(".send")).isEnabled();
        chat.screenshot("not-loaded");
        assertThat(chat.lowContrastTexts()).isEmpty();
        tab.unroute("**/v1/conversations/conv_*");
        tab.locator(".greeting [data-action=try-again]").click();
        chat.untilCharacters(1);
        assertThat(chat.text()).isEqualTo("A conversation.");
        SIMULATOR.script("And what is early?", "first_token_ms=0 text=\"A question.\"");
        tab.locator(".send").click();
        assertThat(tab.locator(".answer")).hasCount(2);
        chat.untilTheEnd();
        assertThat(SIMULATOR.requests("And what is early?").getFirst().at("/body/messages"))
                .hasSize(3);
    }

    @Test
    void opensAnAddressThatNamesNoConversation() {
        chat.tab().navigate(proxy.address() + "#%");
        listsConversations(chat.tab(), chat.tab()::reload);
        assertThat(chat.tab().locator(".greeting .note")).isVisible();
    }

    private static void listsConversations(Page tab, Runnable loading) {
        tab.waitForResponse(response -> response.url().contains("/v1/conversations?"), loading);
    }

    private static Locator conversation(Page tab, String title) {
        return tab.locator(".conversations a", new Page.LocatorOptions().setHasText(title));
    }

    /** Such an error has the status of an error on the way to the answer, and its own id. */
    @Test
    void showsTheErrorOfAnAnswerThatFailedMeanwhile() throws Exception {
        String question = "Is it over?";
        Answer failed = new ChatClient(STACK.gateway(1))
                .ask(
                        ChatClient.question("first_token_ms=0 tokens=1 fault=overloaded"),
                        "x-parley-conversation",
                        "conv_over");
        assertThat(failed.status()).isEqualTo(529);
        chat.tab().evaluate("""
            ([question, generation]) => localStorage.setItem('parley.running.conv_over', JSON.stringify({
              title: question, generation, askedAt: Date.now(), body: { model: 'claude-opus-5-5', messages: [{ role: 'user', content: question }] },
            }))
            """, List.of(question, failed.generation()));
        chat.tab().navigate(proxy.address() + "#conv_over");
        assertThat(chat.lastAnswer().locator(".request-id")).hasText(failed.generation());
        assertThat(chat.tab().locator(".connection")).isEmpty();
    }

    @Test
    void reportsAnExportBeforeAnythingIsStored() throws Exception {
        ask("What is an answer that has not ended?", SLOWLY).untilCharacters(50);
        chat.tab().locator(".export").click();
        chat.tab().locator(".menu").getByText("JSON").click();
        assertThat(chat.tab().locator(".connection")).containsText("Nothing of this is stored yet");
        chat.untilTheEnd();
        assertThat(chat.text()).isEqualTo(PROSE);
    }
}
