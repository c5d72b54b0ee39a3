package dev.parley.similar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** BERT's word pieces: each word as the longest known pieces from left to right. */
public final class WordPieces {
    private static final int WORD_LENGTH_MAX = 100;

    /** The numbers of the pieces that mark begin and end, in each vocabulary of BERT. */
    private static final int BEGIN = 101;

    private static final int END = 102;

    private final Map<String, Integer> vocabulary;
    private final int unknown;

    /**
     * The pieces of a text.
     *
     * @param words the words of the text
     * @param ids the numbers of the pieces in the vocabulary, without those that mark begin and end
     * @param wordOf the index of the word that each piece belongs to
     */
    public record Pieces(
            List<String> words,
            @SuppressWarnings("ArrayRecordComponent") int[] ids,
            @SuppressWarnings("ArrayRecordComponent") int[] wordOf) {
        public int count() {
            return ids.length;
        }

        /** At most so many of them. */
        public Pieces first(int most) {
            return count() <= most ? this : new Pieces(words, Arrays.copyOf(ids, most), Arrays.copyOf(wordOf, most));
        }
    }

    /** The part of a {@code tokenizer.json} that is used. */
    private record Tokenizer(Model model) {}

    private record Model(Map<String, Integer> vocab) {}

    private WordPieces(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        this.unknown = required("[UNK]");
        if (required("[CLS]") != BEGIN || required("[SEP]") != END) {
            throw new IllegalArgumentException("the vocabulary is not one of BERT");
        }
    }

    /** Reads the vocabulary in {@code model.vocab} of a {@code tokenizer.json}, which must have one. */
    static WordPieces read(byte[] tokenizerJson) {
        return new WordPieces(new JsonMapper()
                .readValue(tokenizerJson, Tokenizer.class)
                .model()
                .vocab());
    }

    private int required(String piece) {
        Integer id = vocabulary.get(piece);
        if (id == null) {
            throw new IllegalArgumentException("the vocabulary has no " + piece);
        }
        return id;
    }

    /** The pieces of a text, however many. */
    public Pieces of(String text) {
        List<String> words = Words.split(text);
        List<Integer> ids = new ArrayList<>();
        List<Integer> wordOf = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            int before = ids.size();
            addPieces(words.get(i), ids);
            for (int k = before; k < ids.size(); k++) {
                wordOf.add(i);
            }
        }
        return new Pieces(
                words,
                ids.stream().mapToInt(Integer::intValue).toArray(),
                wordOf.stream().mapToInt(Integer::intValue).toArray());
    }

    private void addPieces(String word, List<Integer> ids) {
        int first = ids.size();
        int from = 0;
        while (from < word.length()) {
            int to = word.length() > WORD_LENGTH_MAX ? from : longestKnown(word, from);
            if (to == from) {
                ids.subList(first, ids.size()).clear();
                ids.add(unknown);
                return;
            }
            ids.add(vocabulary.getOrDefault(piece(word, from, to), unknown));
            from = to;
        }
    }

    private int longestKnown(String word, int from) {
        int to = word.length();
        while (to > from && !vocabulary.containsKey(piece(word, from, to))) {
            to--;
        }
        return to;
    }

    private static String piece(String word, int from, int to) {
        return from == 0 ? word.substring(0, to) : "##" + word.substring(from, to);
    }

    /** The model's input: the mark of the begin, and each text with the mark of its end. */
    static long[] input(Pieces... texts) {
        IntStream closed =
                Arrays.stream(texts).flatMapToInt(text -> IntStream.concat(IntStream.of(text.ids), IntStream.of(END)));
        return IntStream.concat(IntStream.of(BEGIN), closed).asLongStream().toArray();
    }
}
