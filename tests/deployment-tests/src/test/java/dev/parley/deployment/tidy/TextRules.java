package dev.parley.deployment.tidy;

import dev.parley.deployment.source.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules for all text files. The patterns do not match themselves. */
final class TextRules {
    private static final Pattern REGISTRY = Pattern.compile(
            "repo1?[.]maven[.](apache[.])?org|registry[.]npmjs|registry[.]yarnpkg|(deb|security)[.]debian[.]org"
                    + "|pypi[.]org|docker[.]io/|ghcr[.]io|quay[.]io|gcr[.]io|public[.]ecr|jitpack[.]io|repo[.]spring[.]io");

    /** Home directories, checkouts and JDKs of one machine. Maven's cache in a container is allowed. */
    private static final Pattern MACHINE =
            Pattern.compile("/wor[k]/(main|shared)\\b|/[h]ome/\\w|/[r]oot/(?!\\.m2\\b)|/jvm/[t]emurin");

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```.*?```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?)\\s*$");
    /** What an anchor on GitHub lacks of its heading. */
    private static final Pattern NOT_IN_ANCHOR = Pattern.compile("(?U)]\\([^)]*\\)|[^\\w -]");

    private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*|//.*");
    private static final Set<String> BINARY =
            Set.of("bin", "gz", "ico", "jar", "jpg", "parquet", "png", "safetensors", "webp", "woff2");

    private TextRules() {}

    static boolean isText(String path) {
        return !BINARY.contains(path.substring(path.lastIndexOf('.') + 1));
    }

    static List<String> addresses(String path, String text) {
        Stream<String> registries = REGISTRY.matcher(text)
                .results()
                .map(found -> path + ": " + found.group()
                        + " is the address of a registry; the tools are configured with it");
        Stream<String> machines = MACHINE.matcher(text)
                .results()
                .map(found -> path + ": " + found.group() + " is a path of one machine; derive or remove it");
        return Stream.concat(registries, machines).distinct().toList();
    }

    /** Relative links of a Markdown file whose target does not exist, or has no heading with their anchor. */
    static List<String> deadLinks(Checkout checkout, String path, String text) {
        return LINK.matcher(CODE.matcher(text).replaceAll(""))
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .filter(link -> !leads(checkout, path, text, link))
                .map(link -> path + ": the link to " + link + " leads nowhere")
                .toList();
    }

    private static boolean leads(Checkout checkout, String path, String text, String link) {
        String[] parts = link.split("#", 2);
        if (parts[0].isEmpty()) {
            return anchors(text).contains(parts[1]);
        }
        String target = Path.of(path).resolveSibling(parts[0]).normalize().toString();
        return checkout.has(target)
                && (parts.length == 1 || anchors(checkout.text(target)).contains(parts[1]));
    }

    /** The anchors of the headings of a Markdown file. Of headings with the same text, only the first has one. */
    private static Set<String> anchors(String text) {
        return HEADING.matcher(CODE_BLOCK.matcher(text).replaceAll(""))
                .results()
                .map(heading -> NOT_IN_ANCHOR
                        .matcher(heading.group(1))
                        .replaceAll("")
                        .toLowerCase(Locale.ROOT)
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
