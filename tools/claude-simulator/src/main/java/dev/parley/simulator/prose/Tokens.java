package dev.parley.simulator.prose;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Cuts text into pieces about as long as Claude's tokens. */
public final class Tokens {
    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final Pattern TOKEN = Pattern.compile(
            " ?[\\p{L}\\p{N}]{1,8}|\\R+| ?[^\\p{L}\\p{N}\\s]{1,3}|\\s", Pattern.UNICODE_CHARACTER_CLASS);

    private Tokens() {}

    /** The pieces of a text; joined they are the text again. */
    public static List<String> split(String text) {
        return TOKEN.matcher(text).results().map(MatchResult::group).toList();
    }

    /** Cuts JSON into pieces as tool input comes, without regard to its words. */
    public static List<String> splitJson(String json) {
        return Pattern.compile("[\\s\\S]{1,6}")
                .matcher(json)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /** About how many tokens a text is, without cutting it: prompts may be millions of characters long. */
    public static int estimate(String text) {
        return (text.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }
}
