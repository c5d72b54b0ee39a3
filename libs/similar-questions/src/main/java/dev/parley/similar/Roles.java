package dev.parley.similar;

import static dev.parley.similar.WordLists.words;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the nouns of a question are to what is done, as far as prepositions show.
 *
 * @param stems of the nouns in each role
 * @param text the stems of all words of content, with a space before and after each
 */
record Roles(Map<Role, Set<String>> stems, String text) {
    enum Role {
        /** The first word of content after {@code from} or {@code out of}. */
        ORIGIN,
        /** The first word of content after {@code to} or {@code into}. */
        DESTINATION,
        /** The owner of what is sent, as in {@code my friend's parcel}. */
        SENDER,
        /** The words of content around {@code to} or {@code into}: {@code inch centimeter}. */
        CHANGED,
        /**
         * After {@code instead of}, {@code in place of}, {@code rather than}, {@code replace} and {@code a substitute for}, and
         * a single word before the {@code for} of {@code swap A for B}.
         */
        REPLACED,
        /** What is replaced, as one: {@code almond milk}. */
        REPLACED_PHRASE,
        /** After {@code add}. */
        ADDED,
        /** After {@code remove}, and between {@code take} and {@code off}. */
        REMOVED,
        /** After {@code to} or {@code into} and a determiner, which no infinitive has. */
        RECIPIENT,
        /** After {@code by}, {@code using} and the like; after {@code with}, which may name a partner, only if something is paid. */
        MEANS,
        /** The means of a verb with {@code up}, after its verb: {@code fill water} of {@code fill up with water}. */
        UP_MEANS,
        /** The object of such a verb, after its verb: {@code fill bottle} of {@code fill up the bottle}. */
        UP_OBJECT
    }

    private static final Map<Role, Role> OPPOSITES = Map.of(
            Role.ORIGIN, Role.DESTINATION,
            Role.SENDER, Role.RECIPIENT,
            Role.MEANS, Role.RECIPIENT,
            Role.ADDED, Role.REMOVED,
            Role.UP_MEANS, Role.UP_OBJECT);

    private static final Set<String> TOWARDS = words("to into");
    private static final Set<String> SUBSTITUTING =
            words("substitute substitutes substituting substituted substitution replacement alternative");
    private static final Set<String> SWAPPING = words("swap swaps swapping swapped switch switching");
    private static final Set<String> REPLACING = words("replace replaces replacing");
    private static final Set<String> ADDING = words("add adds adding");
    private static final Set<String> REMOVING = words("remove removes removing delete deleting");
    private static final Set<String> BY = words("by via through use using used");
    private static final Set<String> PAYING =
            words("add adding pay paying deposit depositing load loading fund funding");
    private static final Set<String> SENT = words(
            "letter parcel package transfer payment transaction money message email mail gift refund deposit invitation");

    /** After these, a preposition names what something is about. */
    private static final Set<String> NO_ROLE_AFTER =
            words("happen happened happening apply applied applies limit limits restriction restrictions access on");

    /** How many words a preposition reaches. */
    private static final int FIRST_WITHIN = 3;

    private static final int PHRASE_WORDS_MAX = 4;

    static Roles of(List<String> words) {
        Roles roles = new Roles(new EnumMap<>(Role.class), padded(WordOrder.stems(words)));
        boolean pays = words.stream().anyMatch(PAYING::contains);
        for (int i = 0; i < words.size(); i++) {
            roles.read(words.subList(0, i), words.get(i), words.subList(i + 1, words.size()), pays);
        }
        return roles;
    }

    private void read(List<String> before, String word, List<String> after, boolean pays) {
        String last = before.isEmpty() ? "" : before.getLast();
        boolean hasRole = !NO_ROLE_AFTER.contains(last);
        if (word.equals("from") || (word.equals("of") && last.equals("out"))) {
            add(Role.ORIGIN, first(after));
        } else if (TOWARDS.contains(word)) {
            add(Role.DESTINATION, first(after));
            if (!last.isEmpty() && WordLists.hasContent(last)) {
                add(Role.CHANGED, first(after).map(noun -> Words.stem(last) + " " + noun));
            }
            if (hasRole && beginsWith(WordLists.DETERMINER, after)) {
                add(Role.RECIPIENT, nouns(after));
            }
        } else if (isReplacing(before, word)) {
            List<String> phrase = nouns(after).toList();
            add(Role.REPLACED, phrase.stream());
            add(Role.REPLACED_PHRASE, Stream.of(padded(phrase)));
        } else if (word.equals("for") && SWAPPING.contains(Words.at(before, before.size() - 2))) {
            add(Role.REPLACED, Stream.of(Words.stem(last)));
        } else if (ADDING.contains(word)) {
            add(Role.ADDED, nouns(after));
        } else if (REMOVING.contains(word) || (word.equals("take") && reaches(after, "off"))) {
            add(Role.REMOVED, nouns(after));
        } else if (BY.contains(word) || (pays && word.equals("with"))) {
            if (hasRole) {
                add(Role.MEANS, nouns(after));
            }
        } else if (word.equals("up") && !before.isEmpty()) {
            String verb = Words.stem(last.equals("-") && before.size() > 1 ? before.get(before.size() - 2) : last);
            if (beginsWith(BY, after) || beginsWith(Set.of("with"), after)) {
                add(Role.UP_MEANS, nouns(after.subList(1, after.size())).map(noun -> verb + " " + noun));
            } else if (beginsWith(WordLists.DETERMINER, after)) {
                add(Role.UP_OBJECT, nouns(after).map(noun -> verb + " " + noun));
            }
        } else if (word.equals("s") && last.equals("'") && before.size() > 1 && beginsWith(SENT, after)) {
            add(Role.SENDER, first(before.subList(before.size() - 2, before.size() - 1)));
        }
    }

    /** Whether what is replaced follows. */
    private static boolean isReplacing(List<String> before, String word) {
        String last = Words.at(before, before.size() - 1);
        return switch (word) {
            case "of" -> last.equals("instead") || last.equals("place");
            case "than" -> last.equals("rather");
            case "for" -> before.stream().anyMatch(SUBSTITUTING::contains);
            default -> REPLACING.contains(word);
        };
    }

    private static String padded(List<String> stems) {
        return " " + String.join(" ", stems) + " ";
    }

    private static boolean reaches(List<String> words, String word) {
        return words.stream().limit(PHRASE_WORDS_MAX).anyMatch(word::equals);
    }

    private void add(Role role, Stream<String> nouns) {
        nouns.forEach(stems.computeIfAbsent(role, _ -> new HashSet<>())::add);
    }

    private static boolean beginsWith(Set<String> list, List<String> words) {
        return list.contains(Words.at(words, 0));
    }

    /** The stem of the first word of content; none if it is too far away. */
    private static Stream<String> first(List<String> words) {
        return words.stream()
                .limit(FIRST_WITHIN)
                .filter(WordLists::hasContent)
                .limit(1)
                .map(Words::stem);
    }

    /** The stems of a noun and what stands before it, without determiners; none of a gerund, as in {@code by adding}. */
    private static Stream<String> nouns(List<String> words) {
        boolean gerund = Words.at(words, 0).endsWith("ing");
        return words.stream()
                .limit(gerund ? 0 : PHRASE_WORDS_MAX)
                .takeWhile(Roles::isOfNounPhrase)
                .filter(word -> !WordLists.DETERMINER.contains(word))
                .map(Words::stem);
    }

    /** Not a negation, nor a participle, as in {@code my payment by card declined}. */
    private static boolean isOfNounPhrase(String word) {
        boolean content = WordLists.hasContent(word) && !WordLists.NEGATIVE.contains(word) && !word.endsWith("ed");
        return content || WordLists.DETERMINER.contains(word);
    }

    /**
     * Whether what becomes what is the other way around, or something else of what both name is replaced: {@code inches to
     * centimeters} and {@code centimeters into inches}, {@code A instead of B} and {@code B instead of A}.
     *
     * @param here the stems of all words of this question
     * @param there those of the other one
     */
    boolean swapped(Roles other, Set<String> here, Set<String> there) {
        Set<String> changed = of(Role.CHANGED);
        boolean around = other.of(Role.CHANGED).stream().map(Roles::around).anyMatch(changed::contains);
        return around
                || exchanged(Role.REPLACED, other, here::contains, there::contains)
                || exchanged(Role.REPLACED_PHRASE, other, text::contains, other.text::contains);
    }

    /** Whether each question gives the role to something else that the other one also names. */
    private boolean exchanged(Role role, Roles other, Predicate<String> namedHere, Predicate<String> namedThere) {
        return onlyHere(role, other).stream().anyMatch(namedThere)
                && other.onlyHere(role, this).stream().anyMatch(namedHere);
    }

    private static String around(String two) {
        int space = two.indexOf(' ');
        return two.substring(space + 1) + " " + two.substring(0, space);
    }

    /** Whether a noun has one of two opposite roles only here, and the other one only there. */
    boolean opposite(Roles other) {
        return OPPOSITES.entrySet().stream()
                .anyMatch(roles ->
                        !Collections.disjoint(onlyHere(roles.getKey(), other), other.onlyHere(roles.getValue(), this)));
    }

    private Set<String> onlyHere(Role role, Roles other) {
        return LexicalVeto.without(of(role), other.of(role));
    }

    private Set<String> of(Role role) {
        return stems.getOrDefault(role, Set.of());
    }
}
