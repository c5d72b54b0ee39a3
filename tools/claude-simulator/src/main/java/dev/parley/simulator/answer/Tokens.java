package dev.parley.simulator.answer;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Cuts text into pieces about as long as Claude's tokens. */
final class Tokens {
    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final Pattern TOKEN = Pattern.compile(
            " ?[\\p{L}\\p{N}]{1,8}|\\R+| ?[^\\p{L}\\p{N}\\s]{1,3}|\\s", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern JSON_PIECE = Pattern.compile("[\\s\\S]{1,6}");

    private Tokens() {}

    /** The pieces of a text; joined they are the text again. */
    static List<String> split(String text) {
        return TOKEN.matcher(text).results().map(MatchResult::group).toList();
    }

    /** The pieces of JSON as tool input is streamed: of equal length, without regard to words. */
    static List<String> splitJson(String json) {
        return JSON_PIECE.matcher(json).results().map(MatchResult::group).toList();
    }

    /** About how many tokens a text has, without cutting it: prompts may be millions of characters long. */
    static int estimate(String text) {
        return (text.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }

    /** The beginning of a text, with an ellipsis if it is longer. A surrogate pair is not split. */
    static String excerpt(String text, int charactersMax) {
        if (text.length() <= charactersMax) {
            return text;
        }
        boolean pair = Character.isHighSurrogate(text.charAt(charactersMax - 1));
        return text.substring(0, charactersMax - (pair ? 1 : 0)) + "…";
    }
}
