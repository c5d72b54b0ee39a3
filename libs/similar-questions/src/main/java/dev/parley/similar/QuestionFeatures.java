package dev.parley.similar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a question says on its surface, computed once.
 *
 * @param normalised as {@link Normaliser} writes it
 * @param notation its signs and capitals
 * @param words of the normalised text, with punctuation
 * @param content the stems of the words with a content of their own, in order, each once
 * @param activeContent the same, repeated where the text repeats them, the agent of a passive before its object
 * @param order of its words, where it has a meaning
 * @param stems of all words but punctuation
 * @param numbers numbers and words with digits, in order
 * @param names the words with a capital within the text, in lower case; empty if all letters are capitals
 * @param acronyms the words of several capitals, in order, each once; empty if all letters are capitals
 * @param roles what its nouns are to what is done
 * @param negations how many words negate
 * @param intent what it asks for
 * @param cues the words of the text that each list of {@link WordLists} has
 */
public record QuestionFeatures(
        String normalised,
        Notation notation,
        List<String> words,
        List<String> content,
        List<String> activeContent,
        WordOrder order,
        Set<String> stems,
        List<String> numbers,
        Set<String> names,
        List<String> acronyms,
        Roles roles,
        int negations,
        boolean passive,
        QuestionIntent intent,
        Cues cues) {
    private static final Set<String> UNCHANGED_PARTICIPLES =
            Set.of("beat", "bet", "cost", "cut", "hit", "hurt", "let", "put", "read", "set", "shut", "spread");

    /** But for the end of a contraction, such as {@code I'M}. */
    private static final Pattern CAPITALISED =
            Pattern.compile("(?<![\\p{L}\\p{N}])(?!(?<=[\\p{L}\\p{N}]')(?:[DMST]|LL|RE|VE)\\b)\\p{Lu}[\\p{L}\\p{N}]*");

    private static final Pattern ACRONYM = Pattern.compile("\\b\\p{Lu}{2,}\\b");
    private static final Pattern END_OF_SENTENCE = Pattern.compile("[.?!:]\\s");

    /** The words by which a question refers to time, obligation, amount, direction and person. */
    public record Cues(
            Set<String> relations,
            boolean past,
            boolean future,
            Set<String> changing,
            Set<String> modals,
            Set<String> quantities,
            Set<String> directions,
            Set<String> persons,
            Set<String> conjunctions,
            String questionWord) {}

    public static QuestionFeatures of(String text) {
        String plain = Normaliser.plain(text);
        String normalised = Normaliser.normalise(text);
        List<String> words = Words.split(normalised);
        int agent = agent(words);
        List<String> active = agent < 0 ? words : activeOrder(words, agent);
        return new QuestionFeatures(
                normalised,
                Notation.of(text),
                List.copyOf(words),
                WordOrder.stems(words).stream().distinct().toList(),
                WordOrder.stems(active),
                WordOrder.of(words, active),
                words.stream().filter(WordLists::isWord).map(Words::stem).collect(Collectors.toUnmodifiableSet()),
                List.copyOf(WordLists.numbers(words)),
                names(plain),
                acronyms(plain),
                Roles.of(words),
                (int) words.stream().filter(WordLists.NEGATIVE::contains).count(),
                agent >= 0,
                QuestionIntent.of(text, normalised, words),
                cues(words));
    }

    /** Equal for texts that say the same in the same words: {@link #normalised}, with the signs and capitals that have a meaning. */
    public String wording() {
        return String.join(
                "\n", normalised, String.join(" ", notation.symbols()), String.join(" ", notation.capitals()));
    }

    private static List<String> acronyms(String text) {
        return text.chars().noneMatch(Character::isLowerCase)
                ? List.of()
                : ACRONYM.matcher(text)
                        .results()
                        .map(MatchResult::group)
                        .distinct()
                        .toList();
    }

    private static Cues cues(List<String> words) {
        return new Cues(
                in(words, WordLists.RELATIONS),
                !in(words, WordLists.PAST).isEmpty(),
                !in(words, WordLists.FUTURE).isEmpty(),
                changing(words),
                in(words, WordLists.MODAL),
                in(words, WordLists.QUANTITY),
                in(words, WordLists.DIRECTION),
                in(words, WordLists.PERSON),
                in(words, Set.of("and", "or")),
                words.stream().filter(WordLists.QUESTION::contains).findFirst().orElse(""));
    }

    private static Set<String> changing(List<String> words) {
        Set<String> changing = in(words, WordLists.CHANGING);
        for (int i = 0; i + 1 < words.size(); i++) {
            if (words.get(i).startsWith("use") && words.get(i + 1).equals("to")) {
                changing.add("used to");
            }
        }
        return changing;
    }

    private static Set<String> in(List<String> words, Set<String> list) {
        Set<String> found = new TreeSet<>(words);
        found.retainAll(list);
        return found;
    }

    /** The position of the {@code by} of a passive, -1 if there is none. */
    private static int agent(List<String> words) {
        int by = words.lastIndexOf("by");
        boolean passive = by > 1
                && by < words.size() - 1
                && words.subList(0, by).stream().anyMatch(WordLists.PASSIVE::contains)
                && looksLikeParticiple(words.get(by - 1));
        return passive ? by : -1;
    }

    private static boolean looksLikeParticiple(String word) {
        return UNCHANGED_PARTICIPLES.contains(word)
                || word.endsWith("ed")
                || word.endsWith("en")
                || !Words.stem(word).equals(word);
    }

    /** {@code was X stolen by Y} as {@code was Y stolen X}. */
    private static List<String> activeOrder(List<String> words, int agent) {
        List<String> order = new ArrayList<>(words.subList(agent + 1, words.size()));
        order.add(words.get(agent - 1));
        order.addAll(words.subList(0, agent - 1));
        return order;
    }

    private static Set<String> names(String text) {
        if (text.chars().noneMatch(Character::isLowerCase)) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>();
        Matcher matcher = CAPITALISED.matcher(text);
        while (matcher.find()) {
            String name = matcher.group();
            boolean first = beginsSentence(text, matcher.start());
            String lower =
                    Words.split(name).isEmpty() ? name : Words.split(name).getFirst();
            if (!(first && !isAcronym(name))
                    && !WordLists.FUNCTION.contains(lower)
                    && !WordLists.QUESTION.contains(lower)) {
                names.add(lower);
            }
        }
        return Set.copyOf(names);
    }

    /** Whether only the end of a sentence, or nothing, stands between a place and the word before it. */
    private static boolean beginsSentence(String text, int place) {
        int end = place;
        while (end > 0 && !Character.isLetterOrDigit(text.charAt(end - 1))) {
            end--;
        }
        return end == 0 || END_OF_SENTENCE.matcher(text).region(end, place).find();
    }

    private static boolean isAcronym(String name) {
        return name.length() > 1 && name.chars().noneMatch(Character::isLowerCase);
    }
}
