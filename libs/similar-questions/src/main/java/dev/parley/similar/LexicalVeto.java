package dev.parley.similar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules that reject a pair of questions whatever their vectors say. Symmetric but for {@link IntentVeto}. */
public final class LexicalVeto {
    /** Content that both questions share, of all their content, from which on a small difference is the point of the question. */
    private static final double NEARLY_SAME = 0.6;

    private static final int ASCII_MAX = 0x7f;

    /** Of their words, from which on questions differ by the order of them. */
    private static final double SAME_WORDS = 0.8;

    /** The words of content from which on a text tells several things, so that the same words in another order tell others. */
    private static final int SEVERAL_THINGS = 7;

    /** Content that both long texts share, of all their content, from which on the order of it tells their difference. */
    private static final double SAME_THINGS = 0.7;

    /** A question for the object has it, and one for the subject does not: {@code what do owls eat}, {@code what eats owls}. */
    private static final Set<String> DO = Set.of("do", "does", "did");

    private static final Set<String> AUXILIARY =
            WordLists.words("can could may might must shall should will would do does did");

    private static final Set<String> ARTICLES = Set.of("a", "an", "the");
    private static final Set<String> SOMEBODY = Set.of("who", "whom", "what", "which");

    /** How many words of content one question may have beside all those of the other one. */
    private static final int ADDED_MAX = 2;

    /** The last range are the skin tones of emoji. */
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\p{So}\\x{1f3fb}-\\x{1f3ff}]+");

    private LexicalVeto() {}

    /** What the questions differ in. */
    public enum Difference {
        NUMBERS,
        SYMBOLS,
        CAPITALS,
        NEGATION,
        ANTONYM,
        NAMES,
        TIME_RELATION,
        TENSE,
        CONJUNCTION,
        QUANTITY,
        DIRECTION,
        ORDER,
        QUESTION,
        PARTS,
        ASPECT,
        SUBJECT,
        ADDED_WORD
    }

    /** The differences that forbid to answer the question {@code a} with the answer to {@code b}. */
    public static Set<Difference> of(QuestionFeatures a, QuestionFeatures b) {
        Set<Difference> found = EnumSet.allOf(Difference.class);
        found.removeIf(difference -> !differ(difference, a, b));
        return found;
    }

    private static boolean differ(Difference difference, QuestionFeatures a, QuestionFeatures b) {
        return switch (difference) {
            case NUMBERS -> !a.numbers().equals(b.numbers()) || !numerals(a).equals(numerals(b));
            case SYMBOLS -> !a.notation().symbols().equals(b.notation().symbols());
            case CAPITALS -> !a.notation().capitals().equals(b.notation().capitals());
            case NEGATION -> a.negations() % 2 != b.negations() % 2 || isTrouble(a) != isTrouble(b);
            case ANTONYM -> WordLists.opposed(without(a.stems(), b.stems()), without(b.stems(), a.stems()));
            case NAMES -> namesDiffer(a, b) || unreadableDiffer(a, b);
            case TIME_RELATION -> !a.cues().relations().equals(b.cues().relations());
            case TENSE -> tensesDiffer(a, b);
            case CONJUNCTION -> conjunctionsDiffer(a.cues(), b.cues());
            case QUANTITY -> quantitiesDiffer(a, b);
            case DIRECTION -> opposite(a, b) || opposite(b, a) || a.roles().swapped(b.roles(), a.stems(), b.stems());
            case ORDER ->
                orderDiffers(a, b)
                        || wordsChangePlaces(a.order().content(), b.order().content())
                        || acronymsChangePlaces(a, b)
                        || personsChangePlaces(a, b);
            case QUESTION -> asksElse(a, b) || asksElse(b, a) || IntentVeto.asksElse(a, b);
            case PARTS -> IntentVeto.asksMore(a, b);
            case ASPECT -> IntentVeto.aspectsDiffer(a, b);
            case SUBJECT -> IntentVeto.subjectsDiffer(a, b);
            case ADDED_WORD -> addsTooMuch(a, b) || addsTooMuch(b, a);
        };
    }

    /** Whether something does not work, rather than how it is done. */
    private static boolean isTrouble(QuestionFeatures question) {
        return question.negations() > 0 || question.words().stream().anyMatch(WordLists.PROBLEM::contains);
    }

    private static List<String> numerals(QuestionFeatures question) {
        return question.words().stream().filter(WordLists.NUMERALS::contains).toList();
    }

    /** A name of one that the other does not mention at all. */
    private static boolean namesDiffer(QuestionFeatures a, QuestionFeatures b) {
        return !b.words().containsAll(a.names()) || !a.words().containsAll(b.names());
    }

    private static boolean unreadableDiffer(QuestionFeatures a, QuestionFeatures b) {
        boolean spelt = isAboutAWord(a) || isAboutAWord(b);
        return !unreadable(a, spelt).equals(unreadable(b, spelt));
    }

    /** Whether accents matter: {@code what does año mean}. */
    private static boolean isAboutAWord(QuestionFeatures question) {
        return question.words().stream().anyMatch(WordLists.SPELLING::contains);
    }

    /**
     * The words in another script, with their marks, and the pictures, in the order of the alphabet. The model has one vector for
     * all that are not in its vocabulary, and none for a mark, so it sees no difference between them.
     *
     * @param spelt whether words with an accent count too
     */
    private static List<String> unreadable(QuestionFeatures question, boolean spelt) {
        return BETWEEN_WORDS
                .splitAsStream(question.normalised())
                .filter(word -> word.codePoints().anyMatch(point -> isUnreadable(point, spelt)))
                .sorted()
                .toList();
    }

    private static boolean isUnreadable(int point, boolean spelt) {
        boolean foreign = Character.UnicodeScript.of(point) != Character.UnicodeScript.LATIN;
        return Character.getType(point) == Character.OTHER_SYMBOL
                || (Character.isLetter(point) && (foreign || (spelt && point > ASCII_MAX)));
    }

    /** A past event and a present state are often one matter; nothing but the tense that differs is the point. */
    private static boolean tensesDiffer(QuestionFeatures a, QuestionFeatures b) {
        Set<String> here = Set.copyOf(a.content());
        Set<String> there = Set.copyOf(b.content());
        boolean differ = (here.equals(there) && a.cues().past() != b.cues().past())
                || !a.cues().changing().equals(b.cues().changing());
        return differ && overlap(here, there) >= NEARLY_SAME;
    }

    private static boolean conjunctionsDiffer(QuestionFeatures.Cues a, QuestionFeatures.Cues b) {
        return a.conjunctions().contains("or") != b.conjunctions().contains("or")
                && !a.conjunctions().isEmpty()
                && !b.conjunctions().isEmpty();
    }

    private static boolean quantitiesDiffer(QuestionFeatures a, QuestionFeatures b) {
        Set<String> here = a.cues().quantities();
        Set<String> there = b.cues().quantities();
        return eachAdds(here, there)
                && overlap(without(Set.copyOf(a.content()), here), without(Set.copyOf(b.content()), there))
                        >= NEARLY_SAME;
    }

    /** Whether one asks for a reason, or for advice whether to do something, and the other for something else. */
    private static boolean asksElse(QuestionFeatures a, QuestionFeatures b) {
        boolean reason = a.words().contains("why") && b.words().stream().noneMatch(WordLists.REASON::contains);
        boolean advice =
                a.words().indexOf("should") == 0 && b.cues().questionWord().equals("how");
        return (reason && !b.cues().questionWord().isEmpty()) || advice;
    }

    /** {@code from} in one, and {@code to} or {@code into} only in the other, or a noun in opposite roles. */
    private static boolean opposite(QuestionFeatures a, QuestionFeatures b) {
        Set<String> onlyA = without(a.cues().directions(), b.cues().directions());
        Set<String> onlyB = without(b.cues().directions(), a.cues().directions());
        boolean only = onlyA.contains("from") && (onlyB.contains("to") || onlyB.contains("into"));
        return only || a.roles().opposite(b.roles());
    }

    /** {@code EUR to GBP} and {@code GBP to EUR}; a passive and {@code and} may change the order without changing the sense. */
    private static boolean acronymsChangePlaces(QuestionFeatures a, QuestionFeatures b) {
        List<String> here = new ArrayList<>(a.acronyms());
        here.retainAll(b.acronyms());
        List<String> there = new ArrayList<>(b.acronyms());
        there.retainAll(here);
        return !changesPlaces(a) && !changesPlaces(b) && a.passive() == b.passive() && !here.equals(there);
    }

    private static boolean changesPlaces(QuestionFeatures question) {
        return question.order().free() || !question.order().joining().isEmpty();
    }

    /** {@code He called me} and {@code I called him}. */
    private static boolean personsChangePlaces(QuestionFeatures a, QuestionFeatures b) {
        boolean moved =
                a.order().hasSubjectThatIsObjectIn(b.order()) || b.order().hasSubjectThatIsObjectIn(a.order());
        return moved
                && a.passive() == b.passive()
                && overlap(Set.copyOf(a.content()), Set.copyOf(b.content())) >= NEARLY_SAME;
    }

    private static boolean addsTooMuch(QuestionFeatures fewer, QuestionFeatures more) {
        return addsWord(fewer, more) || narrows(fewer, more) || adds(fewer, more) > ADDED_MAX;
    }

    /** Whether the question is for the first of a set, and the other one describes a smaller set. */
    private static boolean narrows(QuestionFeatures wide, QuestionFeatures narrow) {
        Set<String> words = Set.copyOf(narrow.words());
        boolean ranks = wide.words().stream().anyMatch(WordLists.RANKING::contains)
                && words.stream().anyMatch(WordLists.RANKING::contains)
                && words.stream().noneMatch(WordLists.METHOD::contains);
        return ranks && adds(wide, narrow) > 0;
    }

    /** How many words of content a question has beside all those of another one; 0 if it lacks one of these. */
    private static int adds(QuestionFeatures fewer, QuestionFeatures more) {
        Set<String> content = Set.copyOf(more.content());
        return content.containsAll(fewer.content())
                ? content.size() - fewer.content().size()
                : 0;
    }

    /** The same content in another order, where order tells the subject from the object. */
    private static boolean orderDiffers(QuestionFeatures a, QuestionFeatures b) {
        List<String> here = a.order().content();
        List<String> there = b.order().content();
        boolean sameContent = Set.copyOf(here).equals(Set.copyOf(there));
        boolean free = a.order().free()
                || b.order().free()
                || !a.order().joining().equals(b.order().joining());
        boolean sameOrder = here.equals(there) || a.activeContent().equals(b.activeContent());
        return sameContent && !free && !sameOrder && differsByOrderOnly(a, b);
    }

    /** Whether the words differ only by their order, by the form of a passive or of a question, or by who acts. */
    private static boolean differsByOrderOnly(QuestionFeatures a, QuestionFeatures b) {
        boolean ask = asksForSomebody(a) && asksForSomebody(b);
        return a.passive() != b.passive()
                || overlap(a.stems(), b.stems()) >= SAME_WORDS
                || (ask && overlap(without(a.stems(), DO), without(b.stems(), DO)) >= SAME_WORDS)
                || isOwnerIn(a, b)
                || isOwnerIn(b, a);
    }

    /** {@code Born in Holland, grew up in Chester} and {@code born in Chester, grew up in Holland}, in texts of several things. */
    private static boolean wordsChangePlaces(List<String> a, List<String> b) {
        return Math.min(a.size(), b.size()) >= SEVERAL_THINGS
                && overlap(Set.copyOf(a), Set.copyOf(b)) >= SAME_THINGS
                && !onceInBoth(a, b).equals(onceInBoth(b, a));
    }

    /** The words of {@code a} that occur once there and once in {@code b}, in their order in {@code a}. */
    private static List<String> onceInBoth(List<String> a, List<String> b) {
        return a.stream()
                .filter(word -> Collections.frequency(a, word) == 1 && Collections.frequency(b, word) == 1)
                .toList();
    }

    private static boolean asksForSomebody(QuestionFeatures question) {
        return SOMEBODY.contains(Words.at(question.words(), 0));
    }

    /** {@code Can I sue my neighbor} and {@code can my neighbor sue me}. */
    private static boolean isOwnerIn(QuestionFeatures acting, QuestionFeatures owning) {
        return actor(acting.words()).equals("i")
                && actor(owning.words()).equals("my")
                && !owning.words().contains("be");
    }

    /** The word after the auxiliary with which a question begins, before which a question word may stand; empty in others. */
    private static String actor(List<String> words) {
        int auxiliary = WordLists.QUESTION.contains(Words.at(words, 0)) ? 1 : 0;
        return AUXILIARY.contains(Words.at(words, auxiliary)) ? Words.at(words, auxiliary + 1) : "";
    }

    /** Whether {@code longer} is {@code shorter} with further words, one of which is neither empty nor a function word. */
    private static boolean addsWord(QuestionFeatures shorter, QuestionFeatures longer) {
        if (longer.words().size() <= shorter.words().size()) {
            return false;
        }
        boolean meaningful = false;
        int at = 0;
        for (String word : longer.words()) {
            if (at < shorter.words().size() && sameWord(word, shorter.words().get(at))) {
                at++;
            } else {
                meaningful |= !WordLists.EMPTY.contains(word) && WordLists.hasContent(word);
            }
        }
        return meaningful && at == shorter.words().size();
    }

    /** The articles are one word, as in {@code an author} and {@code a famous author}. */
    private static boolean sameWord(String a, String b) {
        return a.equals(b) || (ARTICLES.contains(a) && ARTICLES.contains(b));
    }

    static Set<String> without(Set<String> set, Set<String> others) {
        Set<String> rest = new HashSet<>(set);
        rest.removeAll(others);
        return rest;
    }

    /** Whether each of two sets has a member that the other one lacks. */
    static boolean eachAdds(Set<String> a, Set<String> b) {
        return !a.containsAll(b) && !b.containsAll(a);
    }

    /** The share of common members; 1 for two empty sets. */
    static double overlap(Set<String> a, Set<String> b) {
        Set<String> all = new HashSet<>(a);
        all.addAll(b);
        int common = a.size() + b.size() - all.size();
        return all.isEmpty() ? 1 : (double) common / all.size();
    }
}
