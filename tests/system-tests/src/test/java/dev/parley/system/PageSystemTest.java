package dev.parley.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import dev.parley.contracts.event.Turn;
import dev.parley.localstack.LocalStack;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The chat page in a real browser. Two gateways serve one address. */
@OnReplicatedStack
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PageSystemTest {
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final Simulator SIMULATOR = new Simulator(STACK);

    /** A text that every test expects completely, once, and in order. */
    private static final String PROSE = """
        A log is an ordered sequence of records: producers append records at its end, and stored records never \
        change. A consumer keeps one number, the offset of the next record, and that is enough to stop, to \
        restart, and to continue without a gap. Two consumers of a partition read the same records. A consumer \
        that fails in the middle of an answer continues at the stored offset. If a producer stops, another one \
        can take over: it first reads the records so far and then appends the missing ones. So an answer that \
        streams over a log does not depend on one connection, and a client can disconnect and resume without \
        losing any text of the answer.\
        """;

    /** About three seconds. */
    private static final String SLOWLY = "first_token_ms=100 tokens_per_second=45 text=\"" + PROSE + "\"";

    /** A minimal PNG. */
    private static final byte[] PIXEL = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    private static FailoverProxy proxy;
    private static Chromium chromium;

    private ChatPage chat;

    @BeforeAll
    static void startBrowser() throws Exception {
        proxy = new FailoverProxy(List.of(STACK.gateway(0), STACK.gateway(1)));
        chromium = Chromium.start();
    }

    @AfterAll
    static void stop() throws Exception {
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

    @Test
    void rendersAConversation() throws Exception {
        chat.screenshot("empty");
        String markdown = String.join(
                "\\n",
                "# A log",
                "",
                "keeps **records** in order.",
                "",
                "| topic | kept |",
                "|---|--:|",
                "| `chat.turns` | 365 days |",
                "",
                "```java",
                "int answer = 42; // always",
                "```",
                "",
                "So $E = mc^2$, and",
                "",
                "$$\\\\frac{n(n+1)}{2}$$",
                "",
                "is it.");
        ask("What is a log?", "first_token_ms=200 tokens_per_second=60 text=\"" + markdown + "\"");
        chat.untilTheEnd();
        assertThat(chat.facts())
                .contains("Claude Opus 5.5", "first word", "in all", "tokens", "$", "not cached", "1 attempt");
        Locator answer = chat.lastAnswer();
        assertThat(answer.locator("h1")).hasText("A log");
        assertThat(answer.locator("td.right")).hasText("365 days");
        assertThat(answer.locator("code .hljs-number")).hasText("42");
        assertThat(answer.locator("mfrac")).isVisible();
        assertThat(chat.tab().locator(".conversations .is-current a")).containsText("What is a log?");
        assertThat(chat.layoutShifts()).isEmpty();
        assertThat(chat.consoleErrors()).isEmpty();
        chat.screenshot("chat");
        assertThat(chat.lowContrastTexts()).isEmpty();
        chat.tab().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        chat.screenshot("dark");
        assertThat(chat.lowContrastTexts()).isEmpty();
        chat.tab().setViewportSize(360, 740);
        assertThat((Integer) chat.tab().evaluate("document.documentElement.scrollWidth"))
                .isEqualTo(360);
        assertThat(chat.tab().locator(".send")).isInViewport();
        chat.screenshot("narrow");
    }

    @Test
    void rendersListsLinksAndFormulas() throws Exception {
        String markdown =
                "3. three\\n4. four\\n\\n[a log](https://elsewhere.example/)\\n\\n$f''(x) \\\\in \\\\mathbb{R}$";
        ask("What are lists, links and primes?", "first_token_ms=0 tokens_per_second=200 text=\"" + markdown + "\"")
                .untilTheEnd();
        Locator answer = chat.lastAnswer();
        assertThat(answer.locator("ol")).hasAttribute("start", "3");
        assertThat(answer.locator("a")).hasAttribute("target", "_blank");
        assertThat(answer.locator("math")).hasText("f″(x)∈ℝ");
        chat.screenshot("formulas");
    }

    /** The first letter of a block determines its direction. */
    @Test
    void alignsTextByItsDirection() throws Exception {
        ask("מה זה יומן?", "first_token_ms=0 tokens_per_second=200 text=\"יומן הוא רצף.\\n\\nA log.\\n\\n1. יומן\"")
                .untilTheEnd();
        Page tab = chat.tab();
        tab.fill("#question", "ומה עוד?");
        chat.screenshot("right-to-left");
        assertThat(tab.evaluate("document.querySelector('.title').matches(':dir(rtl)')"))
                .isEqualTo(true);
        assertThat(tab.evaluate("""
                () => [...document.querySelectorAll('.markdown :is(p, li)')].map((block) => {
                  const range = document.createRange();
                  range.selectNodeContents(block);
                  const [text, area] = [range.getBoundingClientRect(), block.getBoundingClientRect()];
                  return text.left - area.left < area.right - text.right ? 'left' : 'right';
                }).join()
                """)).isEqualTo("right,left,right");
        assertThat(tab.evaluate("document.querySelector('.markdown ol').matches(':dir(rtl)')"))
                .isEqualTo(true);
    }

    /** The names that each object of JavaScript has. */
    @Test
    void rendersFormulasThatAreNone() throws Exception {
        String markdown = "So $\\\\begin{constructor}$ and $\\\\mathrm{\\\\toString}$ end.";
        ask("Which formulas are none?", "first_token_ms=0 tokens_per_second=200 text=\"" + markdown + "\"")
                .untilTheEnd();
        String shown = "So \\begin{constructor} and \\mathrm{\\toString} end.";
        assertThat(chat.text().strip()).isEqualTo(shown);
        assertThat(chat.tab().locator(".send.is-stop")).hasCount(0);
        chat.facts();
        chat.tab().reload();
        chat.untilCharacters(1);
        assertThat(chat.text().strip()).isEqualTo(shown);
    }

    @Test
    void keepsADraft() {
        chat.tab().fill("#question", "half a quest");
        chat.tab().reload();
        assertThat(chat.tab().locator("#question")).hasValue("half a quest");
        assertThat(chat.tab().locator(".send")).isEnabled();
    }

    @Test
    void resumesAfterAReload() throws Exception {
        ask("Why can a reader of a log come back?", SLOWLY).untilCharacters(200);
        chat.tab().reload();
        chat.untilCharacters(1).screenshot("reloaded").untilTheEnd();
        assertThat(chat.text()).isEqualTo(PROSE);
        chat.facts();
        chat.tab().reload();
        chat.untilCharacters(PROSE.length());
        assertThat(chat.text()).isEqualTo(PROSE);
    }

    @Test
    void repeatsTheRequestAfterAReloadBeforeTheFirstToken() throws Exception {
        ask("What happens before the first word?", "first_token_ms=1500 tokens_per_second=200 text=\"" + PROSE + "\"");
        assertThat(chat.lastAnswer()).isVisible();
        chat.tab().reload();
        chat.untilCharacters(1).untilTheEnd();
        assertThat(chat.text()).isEqualTo(PROSE);
    }

    @Test
    void showsTheSameAnswerInTwoTabs() throws Exception {
        ask("Is anybody there?", "first_token_ms=0 tokens=5").untilTheEnd();
        ChatPage other = chromium.open(URI.create(chat.tab().url()), chat.tab().context());
        other.untilCharacters(1);
        ask("Who else reads this?", SLOWLY);
        assertThat(other.tab().locator(".answer")).hasCount(2);
        other.untilCharacters(100);
        assertThat(other.text()).isNotEqualTo(PROSE);
        other.screenshot("second-tab").untilTheEnd();
        chat.untilTheEnd();
        assertThat(chat.text()).isEqualTo(PROSE);
        assertThat(other.text()).isEqualTo(PROSE);
    }

    @Test
    void stopsWithEscape() throws Exception {
        ask("How long can this go on?", SLOWLY).untilCharacters(200);
        chat.tab().keyboard().press("Escape");
        chat.untilTheEnd().screenshot("stopped");
        assertThat(PROSE).startsWith(chat.text().strip()).isNotEqualTo(chat.text());
        assertThat(chat.lastAnswer().locator(".note")).hasText("Stopped.");
        chat.facts();
        String conversation = chat.tab().url().replaceFirst(".*#", "");
        Turn turn = new TurnEvents(STACK)
                .of(new ChatClient(STACK.gateway(1))
                        .get("/v1/conversations/" + conversation)
                        .json()
                        .at("/turns/0/generation")
                        .stringValue());
        assertThat(turn).isInstanceOf(Turn.ChatCancelled.class);
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
    void resumesWhenTheNetworkReturns() throws Exception {
        ask("And if the train enters a tunnel?", SLOWLY).untilCharacters(200);
        chat.tab().context().setOffline(true);
        assertThat(chat.tab().locator(".connection")).containsText("offline");
        chat.screenshot("offline");
        chat.tab().context().setOffline(false);
        chat.untilTheEnd();
        assertThat(chat.text()).isEqualTo(PROSE);
        assertThat(chat.tab().locator(".connection")).isEmpty();
    }

    @Test
    void rendersInjectedMarkupAsText() throws Exception {
        List<String> externalRequests = new ArrayList<>();
        chat.tab().onRequest(request -> {
            if (request.url().contains("elsewhere.example")) {
                externalRequests.add(request.url());
            }
        });
        String hostile = "<img src=x onerror=pwned()> <script>pwned()</script> [a](javascript:pwned())"
                + " [b](data:text/html,x) ![c](http://elsewhere.example/p.png) <svg onload=pwned()>\\n"
                + "\\n"
                + "<iframe src=http://elsewhere.example></iframe>\\n"
                + "\\n"
                + "```html\\n"
                + "<img src=x onerror=pwned()>\\n"
                + "```";
        chat.tab().evaluate("() => { window.pwned = () => (window.isPwned = true); }");
        ask("What does this web page say?", "first_token_ms=0 tokens_per_second=200 text=\"" + hostile + "\"")
                .untilTheEnd();
        Locator answer = chat.lastAnswer();
        assertThat(answer.locator("img, script, svg:not([aria-hidden]), iframe"))
                .hasCount(0);
        assertThat(answer.locator("a:not([href^=http])")).hasCount(0);
        assertThat(chat.text()).contains("<img src=x onerror=pwned()>");
        assertThat(chat.tab().evaluate("window.isPwned ?? false")).isEqualTo(false);
        assertThat(externalRequests).isEmpty();
        chat.screenshot("injection");
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
        chat.untilTheEnd();
        assertThat(chat.tab().locator(".question")).hasCount(1);
        assertThat(chat.lastAnswer().locator(".facts")).containsText("not cached");
        SIMULATOR.script(better, "first_token_ms=500 text=\"Oslo, since 1814.\"");
        chat.tab().locator("[data-action=regenerate]").click();
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("Oslo, since 1814.");
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
        current.hover();
        current.locator("[data-action=rename]").click();
        chat.tab().locator(".rename").fill("A better name");
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

    @Test
    void resumesAfterErrorsOfAProxy() throws Exception {
        ask("What if a proxy restarts?", SLOWLY).untilCharacters(100);
        Page tab = chat.tab();
        List<Route> refused = new ArrayList<>();
        tab.route("**/v1/generations/*/events", route -> {
            refused.add(route);
            if (refused.size() <= 2) {
                route.fulfill(new Route.FulfillOptions().setStatus(502).setBody("<h1>Bad Gateway</h1>"));
            } else {
                route.resume();
            }
        });
        tab.context().setOffline(true);
        assertThat(tab.locator(".connection")).containsText("offline");
        tab.context().setOffline(false);
        chat.untilTheEnd();
        assertThat(chat.text()).isEqualTo(PROSE);
        assertThat(refused).hasSizeGreaterThan(2);
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
    void showsErrorsWithTheirRequestIds() throws Exception {
        ask("May I ask this?", "fault=invalid_request");
        assertThat(chat.lastAnswer().locator(".note.is-error")).isVisible();
        assertThat(chat.lastAnswer().locator(".request-id")).containsText("gen_");
        assertThat(chat.tab().locator("[data-action=try-again]")).hasCount(0);
        chat.screenshot("error");
        SIMULATOR.script("May I ask this?", "first_token_ms=0 text=\"fine\"");
        chat.tab().locator("[data-action=regenerate]").click();
        assertThat(chat.lastAnswer().locator(".markdown")).hasText("fine");
        chat.untilTheEnd();
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

    /** Pages of LobeChat and Open WebUI call the gateway like this. */
    @Test
    void otherOriginsNeedPermission() throws Exception {
        SIMULATOR.script("Who asks from another site?", "first_token_ms=0 tokens=3");
        String fetchScript = """
            async (gateway) => {
              try {
                const response = await fetch(`${gateway}v1/chat/completions`, {
                  method: 'POST',
                  headers: { authorization: 'Bearer parley-local', 'content-type': 'application/json', 'x-stainless-lang': 'js' },
                  body: JSON.stringify({ model: 'claude-opus-5-5', messages: [{ role: 'user', content: 'Who asks from another site?' }] }),
                });
                return `${response.status} ${response.headers.get('x-parley-generation')?.slice(0, 4)}`;
              } catch (failure) {
                return failure.name;
              }
            }
            """;
        try (OtherSite otherSite = OtherSite.start()) {
            String gateway = proxy.address().toString();
            chat.tab().navigate(ReplicatedStack.ALLOWED_SITE.origin());
            assertThat(chat.tab().evaluate(fetchScript, gateway)).isEqualTo("200 gen_");
            chat.tab().navigate(otherSite.origin());
            assertThat(chat.tab().evaluate(fetchScript, gateway)).isEqualTo("TypeError");
        }
    }

    /** An answer in pieces renders like the complete text, and finished blocks are not changed. */
    @Test
    void rendersMarkdownIncrementally() {
        String markdown = """
            # Title

            A *paragraph*
            of two lines.

            - one

            - two
              continued
            - ```js
              let x = `1`;

              done()
              ```

            Setext
            ======

            | a | b |
            |:-:|---|
            | 1 | `2` |

            1. first
            2. second
               - inner

            > quote

            $$
            \\sum_{i=1}^n i
            $$

            ~~~
            ```

            ~~~
            The **end\
            """;
        Object failures = chat.tab().evaluate("""
            async (markdown) => {
              const module = document.querySelector('link[href$="markdown/stream.js"]').href;
              const { MarkdownStream } = await import(module);
              const show = async (pieces) => {
                const root = document.createElement('div');
                const finished = [];
                const stream = new MarkdownStream(root, (block) => finished.push([block, block.outerHTML]));
                for (const piece of pieces) {
                  stream.append(piece);
                  await new Promise((resolve) => requestAnimationFrame(resolve));
                }
                stream.finish();
                const touched = finished.filter(([block, html], i) => root.children[i] !== block || block.outerHTML !== html);
                return { html: root.innerHTML, touched: touched.length, finished: finished.length };
              };
              await show([markdown]);
              while (!globalThis.hljs) {
                await new Promise((resolve) => requestAnimationFrame(resolve));
              }
              const whole = (await show([markdown])).html;
              const failures = [];
              for (let size = 1; size <= 13; size += 3) {
                const pieces = markdown.match(new RegExp(`[^]{1,${size}}`, 'g'));
                const { html, touched, finished } = await show(pieces);
                if (html !== whole || touched > 0 || finished < 10) {
                  failures.push({ size, touched, finished, html, whole });
                }
              }
              return failures;
            }
            """, markdown);
        assertThat((List<?>) failures).isEmpty();
    }

    /** Sends a prompt that no other test sends, with directives for the simulator. */
    private ChatPage ask(String question, String directives) throws Exception {
        SIMULATOR.script(question, directives);
        return chat.ask(question);
    }
}
