package dev.parley.similar;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Splits text into words as BERT does, and reduces words to stems. */
final class Words {
    private static final Map<String, String> IRREGULAR =
            pairs("bought/buy broke/break broken/break came/come chose/choose chosen/choose done/do forgot/forget"
                    + " forgotten/forget found/find gave/give given/give gone/go kept/keep left/leave lost/lose made/make"
                    + " men/man paid/pay people/person sent/send sold/sell spent/spend stole/steal stolen/steal taken/take"
                    + " took/take understood/understand used/use went/go women/woman written/write wrote/write");
    private static final Set<String> WHOLE =
            Set.of("this", "is", "was", "has", "does", "news", "during", "thing", "need", "bus", "gas");
    private static final List<String> ENDINGS = List.of("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s");
    private static final int STEM_LENGTH_MIN = 3;

    private Words() {}

    /** Words with what each stands for, as {@code word/meaning}. */
    static Map<String, String> pairs(String list) {
        return Arrays.stream(list.split(" ", -1))
                .map(pair -> pair.split("/", -1))
                .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));
    }

    /** The word at a place; empty before the first and after the last. */
    static String at(List<String> words, int place) {
        return place < 0 || place >= words.size() ? "" : words.get(place);
    }

    /** The words of a text, each punctuation mark and each CJK character on its own, in lower case and without accents. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);
        decomposed.codePoints().forEach(point -> {
            int type = Character.getType(point);
            if (point == '\t' || point == '\n' || point == '\r' || type == Character.SPACE_SEPARATOR) {
                flush(word, words);
            } else if (isPunctuation(point, type) || Character.isIdeographic(point)) {
                flush(word, words);
                words.add(Character.toString(point));
            } else if (type != Character.NON_SPACING_MARK && !isControl(point, type)) {
                word.appendCodePoint(Character.toLowerCase(point));
            }
        });
        flush(word, words);
        return words;
    }

    private static void flush(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private static boolean isControl(int point, int type) {
        return point == 0
                || point == 0xFFFD
                || type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED
                || type == Character.SURROGATE;
    }

    /** Also the ASCII symbols, such as {@code $}, {@code +} and {@code =}. */
    private static boolean isPunctuation(int point, int type) {
        boolean asciiSymbol = point > ' ' && point < 0x7F && !Character.isLetterOrDigit(point);
        return asciiSymbol
                || switch (type) {
                    case Character.CONNECTOR_PUNCTUATION,
                            Character.DASH_PUNCTUATION,
                            Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION,
                            Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION -> true;
                    default -> false;
                };
    }

    /** The word without a regular ending; the same for most forms of a word, and not always a word itself. */
    static String stem(String word) {
        String irregular = IRREGULAR.get(word);
        if (irregular != null || WHOLE.contains(word) || word.length() <= STEM_LENGTH_MIN) {
            return irregular == null ? word : shortened(irregular);
        }
        for (String ending : ENDINGS) {
            int length = word.length() - ending.length();
            if (length >= STEM_LENGTH_MIN && word.endsWith(ending) && !(ending.equals("s") && word.endsWith("ss"))) {
                String rest = word.substring(0, length);
                return ending.equals("ies") || ending.equals("ied") ? rest + "y" : shortened(rest);
            }
        }
        return shortened(word);
    }

    /** Without a final {@code e}, and without the second of two final consonants, as in {@code stopped}. */
    private static String shortened(String word) {
        int last = word.length() - 1;
        boolean doubled = last > STEM_LENGTH_MIN - 1
                && word.charAt(last) == word.charAt(last - 1)
                && "bdglmnprt".indexOf(word.charAt(last)) >= 0;
        boolean mute = last >= STEM_LENGTH_MIN && word.charAt(last) == 'e';
        return doubled || mute ? word.substring(0, last) : word;
    }
}
