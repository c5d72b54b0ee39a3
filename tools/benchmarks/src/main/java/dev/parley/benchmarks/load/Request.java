package dev.parley.benchmarks.load;

/** A request whose only right answer is mostly known. Everything is ASCII. */
public sealed interface Request {
    /** Letters, digits and blanks, which JSON does not escape. Empty if any complete answer of a stream is right. */
    String answer();

    /** A POST to the path of the endpoint. */
    record Question(String body, String answer) implements Request {}

    /** A GET of a path with an answer. */
    record Read(String path, String answer) implements Request {}
}
