package dev.parley.simulator.tool;

/** How far the answer may, or must, use tools. */
public sealed interface ToolChoice {
    record Auto(boolean parallel) implements ToolChoice {}

    record Any() implements ToolChoice {}

    record Named(String name) implements ToolChoice {}

    record Forbidden() implements ToolChoice {}
}
