package dev.parley.deployment.tidy;

import dev.parley.deployment.source.Checkout;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
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

    /** Relative links of a Markdown file whose target does not exist. */
    static List<String> deadLinks(Checkout checkout, String path, String text) {
        Path directory = checkout.path(path).resolveSibling("");
        return LINK.matcher(CODE.matcher(text).replaceAll(""))
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(link -> !ELSEWHERE.matcher(link).matches() && !link.startsWith("#"))
                .filter(link -> !directory
                        .resolve(link.replaceFirst("#.*", ""))
                        .toFile()
                        .exists())
                .map(link -> path + ": the link to " + link + " leads nowhere")
                .toList();
    }
}
