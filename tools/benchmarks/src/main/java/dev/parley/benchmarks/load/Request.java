package dev.parley.benchmarks.load;

/**
 * A request body and the only right answer to it, both in ASCII.
 *
 * @param answer of letters, digits and blanks, which JSON does not escape
 */
public record Request(String body, String answer) {}
