package dev.parley.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.parley.contracts.event.Turn;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the chat page renders, and how it goes on after failures of the network. */
@OnUndisturbedStack
class PageSystemTest extends PageStories {
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
            chat.tab().navigate(UndisturbedStack.ALLOWED_SITE.origin());
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
}
