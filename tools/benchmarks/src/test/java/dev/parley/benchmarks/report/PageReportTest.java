package dev.parley.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageReportTest {
    private final String page = PageReport.of(Results.with(4));

    @Test
    void showsEachTargetAndWhatBecameOfIt() {
        assertThat(page).contains("<td>first token, median</td><td>≤ 3 ms</td><td>4.0 ms</td>", ">missed</td>");
    }

    @Test
    void needsNothingFromElsewhere() {
        assertThat(page.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                .doesNotContain("http:", "https:", "src=", "href=", "<script", "@import", "url(");
    }

    @Test
    void showsTextAsText() {
        assertThat(page).contains("what &lt;b&gt; &amp; c").doesNotContain("what <b>");
    }

    @Test
    void saysOnWhatItWasMeasured() {
        assertThat(page).contains("2 cores (Some CPU), 4096 MiB, Linux 6, JDK 25, commit abc123", "quick run of 90 s");
    }

    @Test
    void drawsItsPlots() {
        assertThat(page).contains("aria-label=\"Rising\"", "aria-label=\"Beside\"", "prefers-color-scheme:dark");
    }
}
