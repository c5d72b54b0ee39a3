package dev.parley.benchmarks.load;

/** What is asked, and the only right answer to it. */
public final class Request {
    private final byte[] body;
    private final byte[] answer;

    /**
     * Takes the arrays as they are.
     *
     * @param answer the text, of letters, digits and blanks, so that JSON writes it as it is
     */
    public Request(byte[] body, byte[] answer) {
        this.body = body;
        this.answer = answer;
    }

    public byte[] body() {
        return body;
    }

    public byte[] answer() {
        return answer;
    }
}
