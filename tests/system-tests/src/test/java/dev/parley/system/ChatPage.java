package dev.parley.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Drives the chat page. */
final class ChatPage {
    static final double TIMEOUT_MS = 30_000;
    private static final Pattern RUNNING = Pattern.compile("is-running");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final Page page;
    private final URI address;
    private final List<String> browserErrors = new ArrayList<>();
    private final List<String> consoleErrors = new ArrayList<>();

    ChatPage(Page page, URI address) {
        this.page = page;
        this.address = address;
        page.onPageError(error -> browserErrors.add(error));
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                consoleErrors.add(message.text() + " " + message.location());
            }
            if (message.text().contains("Content Security Policy")
                    || message.text().contains("Trusted")) {
                browserErrors.add(message.text());
            }
        });
    }

    ChatPage load() {
        page.navigate(address.toString());
        assertThat(page.locator("#question")).isVisible();
        return this;
    }

    Page tab() {
        return page;
    }

    /** Errors of the page, and violations of the content security policy. */
    List<String> browserErrors() {
        return browserErrors;
    }

    /** Everything that the console shows in red, such as a response with status 404. */
    List<String> consoleErrors() {
        return consoleErrors;
    }

    ChatPage ask(String question) {
        page.fill("#question", question);
        page.keyboard().press("Enter");
        return this;
    }

    Locator lastAnswer() {
        return page.locator(".answer").last();
    }

    String text() {
        return lastAnswer().locator(".markdown").textContent();
    }

    /** Waits until the last answer has at least this many characters. */
    ChatPage untilCharacters(int count) {
        page.waitForFunction(
                "count => [...document.querySelectorAll('.answer .markdown')].at(-1)?.textContent.length >= count",
                count);
        return this;
    }

    /** Waits until the last answer is complete. */
    ChatPage untilTheEnd() {
        assertThat(lastAnswer())
                .not()
                .hasClass(RUNNING, new LocatorAssertions.HasClassOptions().setTimeout(TIMEOUT_MS));
        return this;
    }

    /** Waits for the facts of the last answer, which appear when it is stored. */
    String facts() {
        Locator facts = lastAnswer().locator(".facts");
        assertThat(facts).containsText("attempt", new LocatorAssertions.ContainsTextOptions().setTimeout(TIMEOUT_MS));
        return facts.innerText().replace('\n', ' ');
    }

    /** Layout shifts without recent user input. */
    @SuppressWarnings("unchecked")
    List<String> layoutShifts() {
        return (List<String>) page.evaluate("""
                () => new Promise((resolve) => {
                  const place = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`;
                  const moved = ({ node, previousRect, currentRect }) =>
                    `${node?.tagName ?? node?.nodeName}.${node?.className ?? ''} ${place(previousRect)} -> ${place(currentRect)}: ${node?.textContent?.slice(0, 40)}`;
                  const seen = [];
                  new PerformanceObserver((list) =>
                    list.getEntries().filter((entry) => !entry.hadRecentInput)
                      .forEach((entry) => seen.push(`${entry.value.toFixed(5)} ${entry.sources.map(moved).join('; ')}`)))
                    .observe({ type: 'layout-shift', buffered: true });
                  setTimeout(() => resolve(seen), 100);
                })
                """);
    }

    /** Texts whose contrast is below 4.5:1, level AA of WCAG 2.2. */
    @SuppressWarnings("unchecked")
    List<String> lowContrastTexts() {
        return (List<String>) page.evaluate("""
                () => {
                  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
                  const rgba = (color) => {
                    context.clearRect(0, 0, 1, 1);
                    context.fillStyle = color;
                    context.fillRect(0, 0, 1, 1);
                    return [...context.getImageData(0, 0, 1, 1).data];
                  };
                  const luminance = (color) => rgba(color).slice(0, 3).map((value) => value / 255)
                    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
                    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
                  const behind = (element) => {
                    const color = getComputedStyle(element).backgroundColor;
                    return rgba(color)[3] === 255 || !element.parentElement ? color : behind(element.parentElement);
                  };
                  return [...document.querySelectorAll('body *')]
                    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.hidden, :disabled, noscript'))
                    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
                    .map((element) => {
                      const tones = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => b - a);
                      return [(tones[0] + 0.05) / (tones[1] + 0.05), element];
                    })
                    .filter(([contrast]) => contrast < 4.5)
                    .map(([contrast, element]) => `${contrast.toFixed(2)} ${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`);
                }
                """);
    }

    /** Stores a screenshot in {@code target/screenshots}. */
    ChatPage screenshot(String name) {
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.NO_PREFERENCE));
        return this;
    }
}
