package dev.parley.system;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The installed Chromium, driven by Playwright. Each {@link #profile} is a separate browser context. */
final class Chromium implements AutoCloseable {
    private static final List<String> OPTIONS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;

    static {
        // Playwright's five seconds are too few for several browsers and systems on two processors.
        PlaywrightAssertions.setDefaultAssertionTimeout(ChatPage.TIMEOUT_MS);
    }

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium start() {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(installed())
                                .setArgs(OPTIONS)));
    }

    BrowserContext profile() {
        return browser.newContext(new Browser.NewContextOptions().setViewportSize(1180, 800));
    }

    /** Opens the chat page in a new profile. */
    ChatPage open(URI gateway) {
        return open(gateway, profile());
    }

    /** Opens the chat page in another tab of a profile. */
    ChatPage open(URI address, BrowserContext profile) {
        Page page = profile.newPage();
        return new ChatPage(page, address).load();
    }

    private static Path installed() {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, "chromium"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "there is no chromium on the PATH; to install it: apt-get install chromium"));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
