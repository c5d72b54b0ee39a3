package dev.parley.similar;

import static dev.parley.similar.WordLists.words;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the nouns of a question are to what is done, as far as prepositions show; all words are stems.
 *
 * @param origins the first words of content after {@code from}, and owners, as in {@code my friend's parcel}
 * @param destinations the first words of content after {@code to} or {@code into}
 * @param recipients the nouns after {@code to} or {@code into} and a determiner, which no infinitive has
 * @param means the nouns after {@code with}, {@code by}, {@code use} and the like
 * @param filledWith verbs of {@code up} and a means: {@code fill water} of {@code fill up with water}
 * @param filled verbs of {@code up} and an object: {@code fill bottle} of {@code fill up the bottle}
 */
record Roles(
        Set<String> origins,
        Set<String> destinations,
        Set<String> recipients,
        Set<String> means,
        Set<String> filledWith,
        Set<String> filled) {
    private static final Set<String> TOWARDS = words("to into");
    private static final Set<String> MEANS_FOLLOW = words("with by via through use using used");
    private static final Set<String> DETERMINER = words("a an the my your his her its our their this that these those");

    /** After these, {@code with} and {@code to} name what something is about. */
    private static final Set<String> ABOUT =
            words("problem problems issue issues wrong trouble matter happen happened happening on deal dealing do done"
                    + " compare compared similar equal related according due limit limits restriction restrictions"
                    + " access answer alternative alternatives");

    /** How many words a preposition reaches. */
    private static final int FIRST_WITHIN = 3;

    private static final int PHRASE_WORDS_MAX = 4;

    static Roles of(List<String> words) {
        Roles roles = new Roles(
                new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String before = i > 0 ? words.get(i - 1) : "";
            List<String> after = words.subList(i + 1, words.size());
            roles.read(before, word, after);
            if (word.equals("up") && i > 0) {
                boolean hyphen = before.equals("-") && i > 1;
                roles.readFilling(Words.stem(hyphen ? words.get(i - 2) : before), after);
            } else if (word.equals("s") && before.equals("'") && i > 1) {
                addFirst(words.subList(i - 2, i - 1), roles.origins);
            }
        }
        return roles;
    }

    private void read(String before, String word, List<String> after) {
        if (word.equals("from")) {
            addFirst(after, origins);
        } else if (TOWARDS.contains(word) && !ABOUT.contains(before)) {
            addFirst(after, destinations);
            if (!after.isEmpty() && DETERMINER.contains(after.getFirst())) {
                recipients.addAll(nouns(after));
            }
        } else if (MEANS_FOLLOW.contains(word) && !ABOUT.contains(before)) {
            means.addAll(nouns(after));
        }
    }

    private void readFilling(String verb, List<String> after) {
        boolean byMeans = !after.isEmpty() && MEANS_FOLLOW.contains(after.getFirst());
        Set<String> found = byMeans ? filledWith : filled;
        nouns(byMeans ? after.subList(1, after.size()) : after).forEach(noun -> found.add(verb + " " + noun));
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

    /** The stems of the words of content before the next word that is neither such a word nor a determiner; none if they begin with a gerund. */
    private static List<String> nouns(List<String> words) {
        List<String> nouns = words.stream()
                .limit(PHRASE_WORDS_MAX)
                .takeWhile(word -> DETERMINER.contains(word) || WordLists.hasContent(word))
                .filter(word -> !DETERMINER.contains(word))
                .toList();
        return nouns.isEmpty() || nouns.getFirst().endsWith("ing")
                ? List.of()
                : nouns.stream().map(Words::stem).toList();
    }

    /** Whether a noun is the origin or the means of one, and only the destination or the object of the other. */
    boolean opposite(Roles other) {
        return onlyIn(origins, other.origins, other.destinations, destinations)
                || onlyIn(means, other.means, other.recipients, recipients)
                || onlyIn(filledWith, other.filledWith, other.filled, filled);
    }

    /** Whether a word has one role here and not there, and the opposite one there and not here. */
    private static boolean onlyIn(
            Set<String> here, Set<String> there, Set<String> oppositeThere, Set<String> oppositeHere) {
        Set<String> found = LexicalVeto.without(here, there);
        found.retainAll(LexicalVeto.without(oppositeThere, oppositeHere));
        return !found.isEmpty();
    }
}
