package dev.parley.similar;

import static dev.parley.similar.WordLists.words;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The order of the words of a question, where it tells who does what to whom.
 *
 * @param content the stems of the words of content, the agent of a passive before its object; those that {@code and} and the like
 *     join are in the order of the alphabet
 * @param free whether a word says that its two arguments may change places
 * @param joining what joins words
 * @param subjects the third persons that pronouns name as those who act, as the pronoun for the object
 * @param objects the third persons that pronouns name as those to whom something is done
 */
record WordOrder(List<String> content, boolean free, Set<String> joining, Set<String> subjects, Set<String> objects) {
    /** Their two arguments may change places. */
    private static final Set<String> SYMMETRIC = words(
            "between married related engaged connected near similar equal same different difference compare compared"
                    + " friendly dating tied linked identical compatible");

    /** The same, unless they name somebody, as in {@code my neighbor}. */
    private static final Set<String> COMPANIONS = words("friend friends neighbor neighbors acquaintance acquaintances"
            + " sibling siblings cousin cousins twin twins colleague colleagues partner partners");

    private static final Set<String> JOINING = words("and or & vs versus with");
    private static final Map<String, String> OBJECT_FORMS = Words.pairs("he/him she/her they/them");

    /** An interval of words, both ends included. */
    private record Run(int first, int last) {}

    /** Of the words of a question, and the same words with the agent of a passive first. */
    static WordOrder of(List<String> words, List<String> active) {
        Set<String> joining = new HashSet<>(words);
        joining.retainAll(JOINING);
        return new WordOrder(content(active), isFree(words), Set.copyOf(joining), subjects(words), objects(words));
    }

    private static boolean isFree(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String before = Words.at(words, i - 1);
            boolean named = isDeterminer(before) && !before.equals("a") && !before.equals("an");
            boolean close = word.equals("close") && Words.at(words, i + 1).equals("to");
            if (SYMMETRIC.contains(word) || close || (COMPANIONS.contains(word) && !named)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> content(List<String> words) {
        List<String> content = new ArrayList<>();
        int next = 0;
        for (Run run : joined(words)) {
            content.addAll(stems(words.subList(next, run.first())));
            stems(words.subList(run.first(), run.last() + 1)).stream().sorted().forEach(content::add);
            next = run.last() + 1;
        }
        content.addAll(stems(words.subList(next, words.size())));
        return List.copyOf(content);
    }

    /** The stems of the words of content, in order, as often as they occur. */
    static List<String> stems(List<String> words) {
        return words.stream().filter(WordLists::hasContent).map(Words::stem).toList();
    }

    /** The words that are joined, with what joins them; none of them twice. */
    private static List<Run> joined(List<String> words) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            if (JOINING.contains(words.get(i))) {
                Run run = new Run(before(words, i), after(words, i));
                if (!runs.isEmpty() && run.first() <= runs.getLast().last()) {
                    run = new Run(
                            Math.min(runs.getLast().first(), run.first()),
                            Math.max(runs.getLast().last(), run.last()));
                    runs.removeLast();
                }
                runs.add(run);
            }
        }
        return runs;
    }

    private static int before(List<String> words, int joining) {
        int first = joining;
        while (first > 0 && (isJoined(words.get(first - 1)) || isListed(words, first - 1))) {
            first--;
        }
        return first;
    }

    private static int after(List<String> words, int joining) {
        int last = joining;
        while (last + 1 < words.size() && isDeterminer(words.get(last + 1))) {
            last++;
        }
        while (last + 1 < words.size() && isJoined(words.get(last + 1))) {
            last++;
        }
        return last;
    }

    /** Whether it is the determiner of a further part of a list. */
    private static boolean isListed(List<String> words, int at) {
        return at > 0 && isDeterminer(words.get(at)) && words.get(at - 1).equals(",");
    }

    /** Or the end of a genitive. */
    private static boolean isDeterminer(String word) {
        return WordLists.DETERMINER.contains(word) || word.equals("s");
    }

    private static boolean isJoined(String word) {
        return word.equals(",") || WordLists.hasContent(word);
    }

    private static Set<String> subjects(List<String> words) {
        return OBJECT_FORMS.entrySet().stream()
                .filter(forms -> words.contains(forms.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Without the {@code her} of a possessive. */
    private static Set<String> objects(List<String> words) {
        Set<String> persons = new HashSet<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean owns = word.equals("her") && i + 1 < words.size() && WordLists.hasContent(words.get(i + 1));
            if (OBJECT_FORMS.containsValue(word) && !owns) {
                persons.add(word);
            }
        }
        return Set.copyOf(persons);
    }

    /** Whether a person acts here to whom there something is done. */
    boolean hasSubjectThatIsObjectIn(WordOrder other) {
        return subjects.stream()
                .anyMatch(person -> !other.subjects.contains(person)
                        && other.objects.contains(person)
                        && !objects.contains(person));
    }
}
