package dev.parley.contracts.json;

/**
 * Estimates what a request takes on the heap while it is read, rather too much than too little: its bytes, the buffers
 * in which its texts are put together, and the nodes of its tree. One pass over the bytes, before anything is made of
 * them; valid JSON or not.
 */
public final class HeapEstimate {
    /** A text is five times in memory at most: as bytes of the body, as characters in a parser's buffer, and as itself. */
    private static final long BYTE = 5;

    /** A node, its map and the map's table, in bytes; and so on. */
    private static final long OBJECT = 160;

    private static final long ARRAY = 120;
    private static final long MEMBER = 100;
    private static final long STRING = 64;
    private static final long VALUE = 24;
    private static final long FRACTION = 64;

    private final boolean withinTexts;
    private long nodes;

    private HeapEstimate(boolean withinTexts) {
        this.withinTexts = withinTexts;
    }

    /** About so many bytes. */
    public static long of(byte[] json) {
        return new HeapEstimate(false).add(json);
    }

    /** About so many bytes, if what is in the strings may be read as JSON too. */
    public static long ofNested(byte[] json) {
        return new HeapEstimate(true).add(json);
    }

    private long add(byte[] json) {
        boolean text = false;
        for (int at = 0; at < json.length; at++) {
            byte character = json[at];
            if (character == '"') {
                text = !text;
                nodes += text ? STRING : 0;
            } else if (!text) {
                nodes += node(character);
            } else if (character == '\\') {
                at++;
                nodes += withinTexts ? STRING / 2 : 0;
            } else if (withinTexts) {
                nodes += node(character);
            }
        }
        return BYTE * json.length + nodes;
    }

    private static long node(byte character) {
        return switch (character) {
            case '{' -> OBJECT;
            case '[' -> ARRAY;
            case ':' -> MEMBER;
            case ',' -> VALUE;
            case '.', 'e', 'E' -> FRACTION;
            default -> 0;
        };
    }
}
