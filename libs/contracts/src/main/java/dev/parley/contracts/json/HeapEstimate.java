package dev.parley.contracts.json;

/**
 * An upper estimate of the heap that a JSON document takes while it is parsed: its bytes, the buffers in which its strings
 * are assembled, and the nodes of its tree. Computed in one pass over the bytes, before they are parsed; accepts invalid
 * JSON too.
 */
public final class HeapEstimate {
    /**
     * The copies of a string in memory, at most five times its bytes: body, parser buffer (UTF-16) and the string itself.
     */
    private static final long BYTE = 5;

    /** An object node, its map and the table of the map, in bytes. The other constants are estimated likewise. */
    private static final long OBJECT = 160;

    private static final long ARRAY = 120;
    private static final long MEMBER = 100;
    private static final long STRING = 64;
    private static final long VALUE = 24;
    private static final long FRACTION = 64;

    private HeapEstimate() {}

    /** The estimate for a document, in bytes. */
    public static long of(byte[] json) {
        return of(json, false);
    }

    /** The estimate for a document whose strings may be parsed as JSON too, in bytes. */
    public static long ofNested(byte[] json) {
        return of(json, true);
    }

    /** The estimate for the nodes of the tree, without the bytes of their strings. */
    public static long ofNodes(byte[] json) {
        return ofNodes(json, false);
    }

    private static long of(byte[] json, boolean withinStrings) {
        return BYTE * json.length + ofNodes(json, withinStrings);
    }

    private static long ofNodes(byte[] json, boolean withinStrings) {
        long nodes = 0;
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
                nodes += withinStrings ? STRING / 2 : 0;
            } else if (withinStrings) {
                nodes += node(character);
            }
        }
        return nodes;
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
