package dev.parley.gateway.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageFilesTest {
    private static final int FIRST_LOAD_BYTES_MAX = 150_000;
    private static final Pattern FILE = Pattern.compile("/assets/([0-9a-f]{20})/([^\"]+)\"");
    private static final Pattern IMPORT = Pattern.compile("from '(\\.[^']+)'");

    private final PageFiles files = PageFiles.read();
    private final String index = files.index().plain().toString(UTF_8);

    @Test
    void referencesOnlyExistingFiles() {
        assertThat(names())
                .hasSizeGreaterThan(30)
                .allSatisfy(name -> assertThat(files.file(name)).as(name).isPresent());
    }

    @Test
    void preloadsEveryModule() {
        for (String name : names()) {
            if (name.startsWith("script/")) {
                String module = files.file(name).orElseThrow().plain().toString(UTF_8);
                IMPORT.matcher(module)
                        .results()
                        .map(found -> resolved(name, found.group(1)))
                        .forEach(imported ->
                                assertThat(names()).as(name + " imports").contains(imported));
            }
        }
    }

    @Test
    void loadsInLessThan150KilobytesTheFirstTime() {
        int bytes = files.index().gzip().readableBytes()
                + names().stream()
                        .distinct()
                        .mapToInt(name -> files.file(name).orElseThrow().gzip().readableBytes())
                        .sum();
        assertThat(bytes).isBetween(1, FIRST_LOAD_BYTES_MAX);
    }

    @Test
    void hasNoInlineScriptOrStyle() {
        assertThat(index)
                .doesNotContain("{{")
                .doesNotContain("<style")
                .doesNotContain("style=")
                .doesNotContainPattern("<script[^>]*>[^<]")
                .doesNotContainPattern("\\son\\w+=");
    }

    @Test
    void hasTheSameVersionWhileFilesAreUnchanged() {
        assertThat(PageFiles.read().version()).isEqualTo(files.version());
        assertThat(FILE.matcher(index).results().map(found -> found.group(1)))
                .isNotEmpty()
                .allMatch(files.version()::equals);
    }

    private List<String> names() {
        return FILE.matcher(index)
                .results()
                .map((MatchResult found) -> found.group(2))
                .toList();
    }

    private static String resolved(String module, String imported) {
        return java.net.URI.create(module).resolve(imported).toString();
    }
}
