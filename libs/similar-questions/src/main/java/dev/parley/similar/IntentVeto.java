package dev.parley.similar;

import static dev.parley.similar.WordLists.words;

import dev.parley.similar.QuestionIntent.Aspect;
import dev.parley.similar.QuestionIntent.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whether the stored question asks for less than the new one, or for something else. Not symmetric: an answer may say more than
 * was asked.
 */
final class IntentVeto {
    private static final Set<String> AMOUNT =
            words("number amount total time period estimate percentage average cost price salary limit population rate"
                    + " fee fees charge charges age");
    private static final Set<String> ANYBODY = words("i you we one people");
    private static final Set<String> NOBODY_NAMED = words(
            "i you we one he she they people person someone somebody anyone anybody everyone it the a an my your");
    private static final Set<String> PERMITTING = words("can could may");
    private static final Set<String> OBLIGING = words("have need");
    private static final Set<String> ACTING = words("can could may must should do did");
    /** Of a question for a place. Not {@code place}, which is also a verb. */
    private static final Set<String> LOCAL =
            words("where places location locations somewhere nearest closest nearby near around");

    /** Of a question for a place, of which the answer says how, too. */
    private static final Set<String> TELLING_HOW = words("find locate how");

    private static final Set<String> BY_MEANS_OF = words("on with from through via using in");

    private static final Set<String> OPINION = words("think believe guess suppose");
    private static final Set<String> STATED = words("my the it this");
    private static final Set<String> NO_STATEMENT = words("if whether , ; :");

    /** How many words before and after {@code and} may stand between it and what it joins. */
    private static final int JOINED_BEFORE = 2;

    private static final int JOINED_AFTER = 3;

    private IntentVeto() {}

    /** Whether the new question asks for more things. */
    static boolean asksMore(QuestionFeatures asked, QuestionFeatures stored) {
        return asked.intent().parts() > Math.max(1, stored.intent().parts()) || joinsMore(asked, stored);
    }

    /** Whether {@code and} joins two words of which the stored question has one. */
    private static boolean joinsMore(QuestionFeatures asked, QuestionFeatures stored) {
        List<String> words = asked.words();
        for (int i = 1; i < words.size() && asked.intent().kind() != Kind.NONE; i++) {
            if (words.get(i).equals("and") || words.get(i).equals("&")) {
                Optional<String> before =
                        firstContent(words.subList(Math.max(0, i - JOINED_BEFORE), i).reversed().stream());
                Optional<String> after =
                        firstContent(words.subList(i + 1, Math.min(words.size(), i + 1 + JOINED_AFTER)).stream());
                if (before.isPresent() && after.isPresent() && has(stored, before.get()) != has(stored, after.get())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Optional<String> firstContent(Stream<String> words) {
        return words.filter(WordLists::hasContent).findFirst();
    }

    private static boolean has(QuestionFeatures question, String word) {
        return question.stems().contains(Words.stem(word));
    }

    /** Whether the stored question asks for another kind of thing. */
    static boolean asksElse(QuestionFeatures asked, QuestionFeatures stored) {
        QuestionIntent here = asked.intent();
        QuestionIntent there = stored.intent();
        return kindsDiffer(asked, stored)
                || (there.members() && !asksForThing(asked))
                || wishesDiffer(asked, stored)
                || (isPermission(asked) && isDuty(stored))
                || (isDuty(asked) && isPermission(stored))
                || (here.parties().size() == 1
                        && there.parties().size() == 1
                        && !here.parties().equals(there.parties()));
    }

    private static boolean isPermission(QuestionFeatures question) {
        List<String> words = question.intent().first();
        return PERMITTING.contains(Words.at(words, 0)) && ANYBODY.contains(Words.at(words, 1));
    }

    /** {@code Do I have to}, {@code must I}. */
    private static boolean isDuty(QuestionFeatures question) {
        List<String> words = question.intent().first();
        String first = Words.at(words, 0);
        boolean has = first.equals("do")
                && OBLIGING.contains(Words.at(words, 2))
                && Words.at(words, 3).equals("to");
        return has || first.equals("must");
    }

    private static boolean kindsDiffer(QuestionFeatures asked, QuestionFeatures stored) {
        Kind there = stored.intent().kind();
        return switch (asked.intent().kind()) {
            case FUTURE ->
                switch (there) {
                    case METHOD, THING, REASON, TIME, PLACE, PERSON -> true;
                    default -> false;
                };
            case METHOD ->
                switch (there) {
                    case FACT, FUTURE, ADVICE -> true;
                    case POSSIBILITY -> isOfOthers(stored.intent().first());
                    case PLACE -> isPlaceOnly(asked, stored);
                    default -> false;
                };
            case NONE -> there == Kind.PLACE && isPlaceOnly(asked, stored);
            case THING -> there == Kind.AMOUNT && asked.words().stream().noneMatch(AMOUNT::contains);
            case REASON -> there == Kind.FACT;
            case FACT -> there == Kind.REASON || there == Kind.METHOD || isStatement(stored, asked);
            case PERSON -> there == Kind.AMOUNT || there == Kind.TIME;
            case PLACE -> there == Kind.TIME;
            case TIME -> there == Kind.PLACE || there == Kind.PERSON;
            case AMOUNT ->
                switch (there) {
                    case FUTURE, POSSIBILITY, FACT, PERSON, REASON -> true;
                    default -> false;
                };
            default -> false;
        };
    }

    /**
     * Whether the stored text is a statement and the new one a single question whether something is so. An answer to a statement
     * often explains it instead of confirming it.
     */
    private static boolean isStatement(QuestionFeatures stored, QuestionFeatures asked) {
        List<String> words = stored.words();
        String first = Words.at(words, 0);
        boolean opinion = first.equals("i") && OPINION.contains(Words.at(words, 1));
        return (opinion || STATED.contains(first))
                && stored.intent().parts() == 0
                && words.stream().noneMatch(NO_STATEMENT::contains)
                && asked.intent().first().size() == asked.words().size();
    }

    /** Whether it is asked what others can do: {@code can Ann}, not {@code can I}. */
    private static boolean isOfOthers(List<String> words) {
        return words.size() > 1
                && (words.getFirst().equals("can") || words.getFirst().equals("could"))
                && !ANYBODY.contains(words.get(1));
    }

    /**
     * Whether the stored question for a place asks where something can be done, of which the answer may not say how: {@code where can
     * I}, {@code where to}.
     */
    private static boolean isPlaceOnly(QuestionFeatures asked, QuestionFeatures stored) {
        List<String> words = stored.intent().first();
        int next = words.indexOf("where") + 1;
        boolean anybodyActs = ACTING.contains(Words.at(words, next)) && ANYBODY.contains(Words.at(words, next + 1));
        return (anybodyActs || Words.at(words, next).equals("to"))
                && stored.words().stream().noneMatch(TELLING_HOW::contains)
                && asked.words().stream().noneMatch(LOCAL::contains);
    }

    private static boolean asksForThing(QuestionFeatures question) {
        return switch (question.intent().kind()) {
            case POSSIBILITY, FACT, METHOD, FUTURE, NONE ->
                question.words().contains("what") || question.words().contains("which");
            default -> true;
        };
    }

    /** Whether one asks who or what should, and the other who or what will. */
    private static boolean wishesDiffer(QuestionFeatures asked, QuestionFeatures stored) {
        return switch (asked.intent().kind()) {
            case PERSON, THING, TIME -> only("should", "will", asked, stored) || only("will", "should", asked, stored);
            default -> false;
        };
    }

    private static boolean only(String one, String other, QuestionFeatures a, QuestionFeatures b) {
        return a.words().contains(one)
                && !a.words().contains(other)
                && b.words().contains(other)
                && !b.words().contains(one);
    }

    /** Whether the new question names an aspect of which the stored one does not speak, or one speaks of expectations only. */
    static boolean aspectsDiffer(QuestionFeatures asked, QuestionFeatures stored) {
        Set<Aspect> here = asked.intent().aspects();
        Set<Aspect> there = stored.intent().aspects();
        return !there.containsAll(here) || here.contains(Aspect.EXPECTATION) != there.contains(Aspect.EXPECTATION);
    }

    /** Whether something acts in one that is a means in the other: {@code how does a bank earn}, {@code earn with a bank}. */
    static boolean subjectsDiffer(QuestionFeatures a, QuestionFeatures b) {
        return isMeansIn(b, a) || isMeansIn(a, b);
    }

    private static boolean isMeansIn(QuestionFeatures means, QuestionFeatures acts) {
        String subject = acts.intent().subject();
        if (subject.isEmpty()
                || NOBODY_NAMED.contains(subject)
                || !NOBODY_NAMED.contains(means.intent().subject())) {
            return false;
        }
        List<String> words = means.words();
        return IntStream.range(1, words.size())
                .anyMatch(i -> words.get(i).equals(subject) && BY_MEANS_OF.contains(words.get(i - 1)));
    }
}
