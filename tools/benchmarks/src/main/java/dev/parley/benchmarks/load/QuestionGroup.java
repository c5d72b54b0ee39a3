package dev.parley.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A question that people wrote, in several wordings.
 *
 * @param paraphrases have the same answer
 * @param nearMisses differ by a few words, and have another answer
 */
public record QuestionGroup(String question, List<String> paraphrases, List<String> nearMisses) {
    private static final String CONTRASTS = "contrasts";

    /** The questions of these files that can be in JSON as they are: in ASCII, without quotation marks. */
    public static List<QuestionGroup> read(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(QuestionGroup::isWanted)
                    .sorted()
                    .flatMap(QuestionGroup::groups)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("no questions in " + folder, e);
        }
    }

    /** The groups of the contrasts are about distinctions that the guard was not trained with, so more of its verdicts are wrong. */
    private static boolean isWanted(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".tsv") && !name.startsWith(CONTRASTS);
    }

    private static Stream<QuestionGroup> groups(Path file) {
        try {
            return Arrays.stream(Files.readString(file).split("\n\\s*\n", -1))
                    .map(QuestionGroup::parse)
                    .filter(group -> !group.question.isEmpty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads lines of a letter, a tab and a text: {@code S} is the question. */
    static QuestionGroup parse(String lines) {
        String question = "";
        List<String> paraphrases = new ArrayList<>();
        List<String> nearMisses = new ArrayList<>();
        for (String line : lines.lines().filter(QuestionGroup::isPlain).toList()) {
            String text = line.substring(2);
            switch (line.substring(0, 2)) {
                case "S\t" -> question = text;
                case "P\t" -> paraphrases.add(text);
                case "N\t" -> nearMisses.add(text);
                default -> {}
            }
        }
        return new QuestionGroup(question, List.copyOf(paraphrases), List.copyOf(nearMisses));
    }

    private static boolean isPlain(String line) {
        return line.length() > 2 && line.chars().allMatch(each -> each < 128 && each != '"' && each != '\\');
    }
}
