package dev.parley.similar;

import static dev.parley.similar.WordLists.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a question asks for.
 *
 * @param parts how many things
 * @param kind of the first of them
 * @param first the words of the first sentence that asks; all words if none does
 * @param members whether it asks for members of a set, as {@code which countries do} does
 * @param subject of a question such as {@code how does Ann …}; empty in others
 * @param aspects of its subject that it names, such as the advantages of something
 * @param parties whose state it is about, as in {@code whether I am …} and {@code if someone is …}
 */
record QuestionIntent(
        int parts,
        Kind kind,
        List<String> first,
        boolean members,
        String subject,
        Set<Aspect> aspects,
        Set<Party> parties) {
    private static final Pattern SENTENCE = Pattern.compile("(?<=[?.!;])\\s+");
    private static final Pattern STATE =
            Pattern.compile("\\b(?:if|that|whether) (i|you|someone|somebody|anyone|a person|he|she|they)"
                    + " (?:am|are|is|have|has)\\b");
    private static final Set<String> AUXILIARY =
            words("is are was were do does did can could will would should shall has have may might must am");
    private static final Set<String> QUESTION = words("what which who whom whose where when why how");
    private static final Set<String> AND = words("and or & ,");
    private static final Set<String> AMOUNT_OF = words("many much");
    private static final Set<String> TIME_OF = words("long soon fast quickly");
    private static final Set<String> DEGREE_OF =
            words("often far old big good bad important safe likely helpful expensive large tall high");

    private static final Map<Aspect, Set<String>> ASPECTS = Map.of(
            Aspect.EFFECT, words("effect effects impact impacts affect affects consequence consequences"),
            Aspect.ADVANTAGE, words("advantage advantages benefit benefits pro pros"),
            Aspect.DISADVANTAGE, words("disadvantage disadvantages con cons drawback drawbacks"),
            Aspect.EXAMPLE, words("example examples"),
            Aspect.EVIDENCE, words("evidence proof proofs"),
            Aspect.PREDICTION, words("prediction predictions"),
            Aspect.EXPECTATION,
                    words("expect expects expected expecting expectation expectations rumor rumors rumour rumours"),
            Aspect.DIFFERENCE, words("difference differences"));

    /** How far behind {@code what} a word like {@code way} makes it a question for a method, and a plural one for a set. */
    private static final int METHOD_WITHIN = 8;

    private static final int MEMBERS_WITHIN = 4;

    private static final Set<String> METHOD =
            words("way ways tip tips method methods step steps solution solutions strategy advice procedure process"
                    + " technique techniques");

    /** What a question asks for, by its first words. */
    enum Kind {
        /** A statement. */
        NONE,
        METHOD,
        THING,
        PERSON,
        PLACE,
        TIME,
        REASON,
        AMOUNT,
        DURATION,
        DEGREE,
        POSSIBILITY,
        ADVICE,
        FUTURE,
        FACT
    }

    /** The sides of a matter that a question may be about. */
    enum Aspect {
        EFFECT,
        ADVANTAGE,
        DISADVANTAGE,
        EXAMPLE,
        EVIDENCE,
        PREDICTION,
        EXPECTATION,
        DIFFERENCE
    }

    enum Party {
        ASKER,
        OTHERS
    }

    /** Reads what a question asks for from its text, as it was asked and normalised, and the words of the latter. */
    static QuestionIntent of(String text, String normalised, List<String> allWords) {
        List<List<String>> sentences = new ArrayList<>();
        String[] texts = SENTENCE.split(normalised, -1);
        boolean endsAsking = text.strip().endsWith("?");
        for (int i = 0; i < texts.length; i++) {
            List<String> words = Words.split(texts[i]);
            boolean marked = texts[i].contains("?") || (endsAsking && i == texts.length - 1);
            if (!words.isEmpty() && (marked || beginsAsking(words))) {
                sentences.add(words);
            }
        }
        List<String> first = sentences.isEmpty() ? allWords : sentences.getFirst();
        return new QuestionIntent(
                sentences.stream().mapToInt(QuestionIntent::parts).sum(),
                kind(first),
                first,
                members(first),
                subject(allWords),
                aspects(allWords),
                parties(normalised));
    }

    private static boolean beginsAsking(List<String> words) {
        return QUESTION.contains(words.getFirst()) || AUXILIARY.contains(words.getFirst());
    }

    /** One, and one for each further question word after {@code and} in a sentence that begins with one. */
    private static int parts(List<String> words) {
        int parts = 1;
        if (beginsAsking(words)) {
            for (int i = 2; i < words.size(); i++) {
                boolean joined = AND.contains(words.get(i - 1))
                        || (WordLists.DIRECTION.contains(words.get(i - 1)) && AND.contains(words.get(i - 2)));
                boolean verb =
                        words.get(i - 1).equals("and") && AUXILIARY.contains(words.get(i)) && i < words.size() - 1;
                parts += verb || (joined && QUESTION.contains(words.get(i))) ? 1 : 0;
            }
        }
        return parts;
    }

    private static Kind kind(List<String> words) {
        if (words.isEmpty()) {
            return Kind.NONE;
        }
        String first = words.getFirst();
        if (AUXILIARY.contains(first)) {
            boolean exists = Words.at(words, 1).equals("there");
            boolean possible = words.subList(0, Math.min(4, words.size())).contains("possible");
            return switch (first) {
                case "can", "could" -> Kind.POSSIBILITY;
                case "should" -> Kind.ADVICE;
                case "will", "would" -> Kind.FUTURE;
                default -> exists || possible ? Kind.POSSIBILITY : Kind.FACT;
            };
        }
        int at = questionWord(words);
        return at < 0 ? Kind.NONE : kind(words, at);
    }

    private static Kind kind(List<String> words, int at) {
        String next = Words.at(words, at + 1);
        return switch (words.get(at)) {
            case "who", "whom", "whose" -> Kind.PERSON;
            case "where" -> Kind.PLACE;
            case "when" -> Kind.TIME;
            case "why" -> Kind.REASON;
            case "how" -> {
                if (AMOUNT_OF.contains(next)) {
                    yield Kind.AMOUNT;
                }
                yield TIME_OF.contains(next) ? Kind.DURATION : DEGREE_OF.contains(next) ? Kind.DEGREE : Kind.METHOD;
            }
            default ->
                words.subList(at, Math.min(words.size(), at + METHOD_WITHIN)).stream()
                                .anyMatch(METHOD::contains)
                        ? Kind.METHOD
                        : Kind.THING;
        };
    }

    private static int questionWord(List<String> words) {
        return IntStream.range(0, words.size())
                .filter(i -> QUESTION.contains(words.get(i)))
                .findFirst()
                .orElse(-1);
    }

    /** Whether the words are {@code what} or {@code which}, soon a plural, and an auxiliary verb. */
    private static boolean members(List<String> words) {
        int at = questionWord(words);
        if (at < 0 || !(words.get(at).equals("what") || words.get(at).equals("which"))) {
            return false;
        }
        int end = Math.min(words.size() - 1, at + 1 + MEMBERS_WITHIN);
        int noun = at + 1;
        while (noun < end && !AUXILIARY.contains(words.get(noun + 1))) {
            noun++;
        }
        return noun < end
                && WordLists.hasContent(words.get(at + 1))
                && words.get(noun).endsWith("s");
    }

    private static String subject(List<String> words) {
        int at = questionWord(words);
        return at >= 0 && AUXILIARY.contains(Words.at(words, at + 1)) ? Words.at(words, at + 2) : "";
    }

    private static Set<Aspect> aspects(List<String> words) {
        return ASPECTS.entrySet().stream()
                .filter(aspect -> words.stream().anyMatch(aspect.getValue()::contains))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Party> parties(String text) {
        return STATE.matcher(text)
                .results()
                .map(match -> match.group(1).equals("i") || match.group(1).equals("you") ? Party.ASKER : Party.OTHERS)
                .collect(Collectors.toUnmodifiableSet());
    }
}
