package dev.parley.localstack.cli;

import dev.parley.contracts.Sha256;
import dev.parley.localstack.gateway.GatewayClient;
import dev.parley.localstack.gateway.GatewayException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.ExitCode;

/**
 * {@code publish}: publishes the answer to each question of a file, one a line, and shows the progress. The answer to a question
 * that is published already is replaced, unless the texts of the questions differ.
 */
final class Publish {
    /** What a key may publish at once while others do, with the gateway's default. */
    private static final int AT_ONCE = 3;

    private static final int SLUG_MAX = 100;

    private static final int HASH_LENGTH = 8;

    /** A question whose slug omits punctuation only. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9\\s.,;:!?'\"()/‘’“”–—…-]*");

    private final CommandContext context;

    /** The questions that are published or refused. Guarded by this. */
    private int done;

    Publish(CommandContext context) {
        this.context = context;
    }

    /** The different lines of a file that are not empty and no comments, without a byte order mark. */
    private static List<String> questions(Path file) throws IOException {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.replace("\uFEFF", "").strip())
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .distinct()
                    .toList();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(file.toString(), null, "there is no such file");
        } catch (CharacterCodingException e) {
            throw new IOException(file + " is not in UTF-8", e);
        } catch (IOException e) {
            // Its message may have only the path, or only the reason.
            throw new IOException("cannot read " + file + ": " + e, e);
        }
    }

    int run(Path file, String collection, Optional<String> model) throws IOException {
        List<String> questions = questions(file);
        try (GatewayClient client = context.gateway()) {
            String asked = model.orElseGet(client::firstModel);
            List<String> failures = new ArrayList<>();
            Map<String, String> byAddress = new LinkedHashMap<>();
            for (String question : questions) {
                String first = byAddress.computeIfAbsent(slug(question), _ -> question);
                if (!first.equals(question)) {
                    failures.add(wouldReplace(question, first));
                }
            }
            failures.addAll(all(byAddress.values(), question -> {
                try {
                    Optional<String> other = client.publishedQuestion(collection, slug(question))
                            .filter(published -> !published.equals(question));
                    if (other.isEmpty()) {
                        client.publish(collection, slug(question), question, asked);
                    }
                    return other.map(published -> wouldReplace(question, published));
                } catch (GatewayException e) {
                    return Optional.of(question + ": " + e.getMessage());
                }
            }));
            failures.forEach(context::complain);
            context.say((questions.size() - failures.size()) + " of " + questions.size()
                    + " questions are published in " + collection + ".");
            return failures.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    /**
     * Publishes these questions; one that takes long delays no others.
     *
     * @param publication of one question; empty if it succeeds, else the reason
     */
    private List<String> all(Collection<String> questions, Function<String, Optional<String>> publication) {
        List<CompletableFuture<Optional<String>>> publications;
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            publications = questions.stream()
                    .map(question -> CompletableFuture.supplyAsync(() -> publication.apply(question), threads)
                            .whenComplete((_, _) -> showProgress(questions.size())))
                    .toList();
        }
        context.complain("");
        return publications.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .toList();
    }

    private synchronized void showProgress(int all) {
        done++;
        context.progress(done, all, done + "/" + all);
    }

    private static String wouldReplace(String question, String other) {
        return question + ": it would replace \"" + other + "\", which has the same address";
    }

    /**
     * The question in lower-case letters, digits and {@code -}, as a part of an address: at most {@value #SLUG_MAX} characters. If
     * that omits letters, accents, signs or the end, a hash of the question is added.
     */
    static String slug(String question) {
        String slug = Normalizer.normalize(question, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        if (!slug.isEmpty()
                && slug.length() <= SLUG_MAX
                && PLAIN.matcher(question).matches()) {
            return slug;
        }
        String beginning = slug.isEmpty() ? "question" : slug;
        int end = Math.min(beginning.length(), SLUG_MAX - HASH_LENGTH - 1);
        return beginning.substring(0, end) + "-" + Sha256.of(question).substring(0, HASH_LENGTH);
    }
}
