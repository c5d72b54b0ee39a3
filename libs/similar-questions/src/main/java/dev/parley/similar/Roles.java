package dev.parley.similar;

import static dev.parley.similar.WordLists.words;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the nouns of a question are to what is done, as far as prepositions show; all words are stems.
 *
 * @param origins the first words of content after {@code from}
 * @param destinations the first words of content after {@code to} or {@code into}
 * @param senders owners of what is sent, as in {@code my friend's parcel}
 * @param recipients the nouns after {@code to} or {@code into} and a determiner, which no infinitive has
 * @param means the nouns after {@code by}, {@code using} and the like; after {@code with}, which may name a partner, only if
 *     something is paid
 * @param upMeans verbs with {@code up}, and their means: {@code fill water} of {@code fill up with water}
 * @param upObjects verbs with {@code up}, and their objects: {@code fill bottle} of {@code fill up the bottle}
 */
record Roles(
        Set<String> origins,
        Set<String> destinations,
        Set<String> senders,
        Set<String> recipients,
        Set<String> means,
        Set<String> upMeans,
        Set<String> upObjects) {
    private static final Set<String> TOWARDS = words("to into");
    private static final Set<String> BY = words("by via through use using used");
    private static final Set<String> BY_OR_WITH = words("by via through use using used with");
    private static final Set<String> PAYING =
            words("add adding pay paying deposit depositing load loading fund funding");
    private static final Set<String> DETERMINER = words("a an the my your his her its our their this that these those");
    private static final Set<String> SENT = words(
            "letter parcel package transfer payment transaction money message email mail gift refund deposit invitation");

    /** After these, a preposition names what something is about. */
    private static final Set<String> NO_ROLE_AFTER =
            words("happen happened happening apply applied applies limit limits restriction restrictions access on");

    /** How many words a preposition reaches. */
    private static final int FIRST_WITHIN = 3;

    private static final int PHRASE_WORDS_MAX = 4;

    static Roles of(List<String> words) {
        Set<String> origins = new HashSet<>();
        Set<String> destinations = new HashSet<>();
        Set<String> senders = new HashSet<>();
        Set<String> recipients = new HashSet<>();
        Set<String> means = new HashSet<>();
        Set<String> upMeans = new HashSet<>();
        Set<String> upObjects = new HashSet<>();
        Set<String> by = words.stream().anyMatch(PAYING::contains) ? BY_OR_WITH : BY;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String before = i > 0 ? words.get(i - 1) : "";
            List<String> after = words.subList(i + 1, words.size());
            if (word.equals("from")) {
                addFirst(after, origins);
            } else if (TOWARDS.contains(word)) {
                addFirst(after, destinations);
                if (!NO_ROLE_AFTER.contains(before) && beginsWith(DETERMINER, after)) {
                    recipients.addAll(nouns(after));
                }
            } else if (by.contains(word) && !NO_ROLE_AFTER.contains(before)) {
                means.addAll(nouns(after));
            } else if (word.equals("up") && i > 0) {
                String verb = Words.stem(before.equals("-") && i > 1 ? words.get(i - 2) : before);
                if (beginsWith(BY_OR_WITH, after)) {
                    addWith(verb, nouns(after.subList(1, after.size())), upMeans);
                } else if (beginsWith(DETERMINER, after)) {
                    addWith(verb, nouns(after), upObjects);
                }
            } else if (word.equals("s") && before.equals("'") && i > 1 && beginsWith(SENT, after)) {
                addFirst(words.subList(i - 2, i - 1), senders);
            }
        }
        return new Roles(
                Set.copyOf(origins),
                Set.copyOf(destinations),
                Set.copyOf(senders),
                Set.copyOf(recipients),
                Set.copyOf(means),
                Set.copyOf(upMeans),
                Set.copyOf(upObjects));
    }

    private static boolean beginsWith(Set<String> list, List<String> words) {
        return !words.isEmpty() && list.contains(words.getFirst());
    }

    private static void addWith(String verb, List<String> nouns, Set<String> found) {
        nouns.forEach(noun -> found.add(verb + " " + noun));
    }

    /** Adds the stem of the first word of content. */
    private static void addFirst(List<String> words, Set<String> found) {
        words.stream()
                .limit(FIRST_WITHIN)
                .filter(WordLists::hasContent)
                .findFirst()
                .map(Words::stem)
                .ifPresent(found::add);
    }

    /** The stems of a noun and what stands before it, without determiners; none of a gerund, as in {@code by adding}. */
    private static List<String> nouns(List<String> words) {
        boolean gerund = !words.isEmpty() && words.getFirst().endsWith("ing");
        return words.stream()
                .limit(gerund ? 0 : PHRASE_WORDS_MAX)
                .takeWhile(Roles::isOfNounPhrase)
                .filter(word -> !DETERMINER.contains(word))
                .map(Words::stem)
                .toList();
    }

    /** Not a negation, nor a participle, as in {@code my payment by card declined}. */
    private static boolean isOfNounPhrase(String word) {
        boolean content = WordLists.hasContent(word) && !WordLists.NEGATIVE.contains(word) && !word.endsWith("ed");
        return content || DETERMINER.contains(word);
    }

    /** Whether a noun is origin, sender or means in one, and only the destination, recipient or object in the other. */
    boolean opposite(Roles other) {
        return onlyIn(origins, other.origins, other.destinations, destinations)
                || onlyIn(senders, other.senders, other.recipients, recipients)
                || onlyIn(means, other.means, other.recipients, recipients)
                || onlyIn(upMeans, other.upMeans, other.upObjects, upObjects);
    }

    /** Whether a word has one role here and not there, and the opposite one there and not here. */
    private static boolean onlyIn(
            Set<String> here, Set<String> there, Set<String> oppositeThere, Set<String> oppositeHere) {
        Set<String> found = LexicalVeto.without(here, there);
        found.retainAll(LexicalVeto.without(oppositeThere, oppositeHere));
        return !found.isEmpty();
    }
}
