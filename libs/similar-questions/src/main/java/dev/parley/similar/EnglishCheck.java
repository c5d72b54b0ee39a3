package dev.parley.similar;

import dev.parley.similar.WordPieces.Pieces;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Whether a text is English, as far as this matters: the model and the word lists do not understand other languages. Words of
 * another language fall apart into many pieces of the English vocabulary, or are its most frequent words. A doubtful text is
 * not English, which costs a hit and not an error.
 */
final class EnglishCheck {
    private static final double MORE_PIECES_MAX = 0.75;
    private static final double MORE_PIECES_IN_ENGLISH_MAX = 1.5;
    private static final double MORE_PIECES_ALWAYS = 2;
    private static final double LATIN_SHARE_MIN = 0.9;

    /** Frequent words of other languages that are no English words. */
    private static final Set<String> FOREIGN = WordLists.words(
            "der das und ist nicht ich wie kann mein meine ein eine zu auf mit von fur wo wann warum le les des et est"
                    + " je ne pas il que qui une pour dans sur mon ma comment quel quelle el la los las es un una y en por"
                    + " como puedo mi donde cuando cual del con para che di non sono posso della questo um uma nao eu meu"
                    + " minha voce onde qual het een ik niet van hoe mijn kan wat waar nie czy jak gdzie jest na bir ve"
                    + " ben nasil");

    private EnglishCheck() {}

    static boolean isEnglish(String text, Pieces pieces) {
        List<String> words = pieces.words().stream().filter(WordLists::isWord).toList();
        long letters = text.codePoints().filter(Character::isLetter).count();
        long latin = text.codePoints()
                .filter(point -> point < 0x80 && Character.isLetter(point))
                .count();
        if (words.isEmpty() || letters == 0 || latin < letters * LATIN_SHARE_MIN) {
            return false;
        }
        long foreign = words.stream().distinct().filter(FOREIGN::contains).count();
        long english = words.stream()
                .distinct()
                .filter(word -> WordLists.FUNCTION.contains(word) && !FOREIGN.contains(word))
                .count();
        return foreign <= english / 2 && morePieces(pieces) <= morePiecesMax(pieces, english);
    }

    /** The pieces beyond one for each word, of the words without digits. */
    private static long morePieces(Pieces pieces) {
        long counted = Arrays.stream(pieces.wordOf())
                .mapToObj(pieces.words()::get)
                .filter(EnglishCheck::isPlain)
                .count();
        return counted - plainWords(pieces);
    }

    /** More in a text with English function words, which contains rare or misspelt words rather than foreign ones. */
    private static double morePiecesMax(Pieces pieces, long englishWords) {
        double perWord = englishWords >= 2 ? MORE_PIECES_IN_ENGLISH_MAX : MORE_PIECES_MAX;
        return Math.max(MORE_PIECES_ALWAYS, perWord * (double) plainWords(pieces));
    }

    private static long plainWords(Pieces pieces) {
        return pieces.words().stream().filter(EnglishCheck::isPlain).count();
    }

    private static boolean isPlain(String word) {
        return WordLists.isWord(word) && word.chars().noneMatch(Character::isDigit);
    }
}
