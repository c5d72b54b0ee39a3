package dev.parley.localstack.parts;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines for the JVM that this process runs on. */
final class Jvm {
    /** What every JVM of ours is told: a process out of heap ends, and nobody is warned about what Netty does. */
    static final List<String> COMMON = List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-Dfile.encoding=UTF-8",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    /** For what lives for minutes on a machine that it shares: compiled at once, and once. */
    static final String COMPILED_QUICKLY = "-XX:TieredStopAtLevel=1";

    private Jvm() {}

    static List<String> command(List<String> flags, String classPath, String mainClass, String... arguments) {
        List<String> command = java(flags);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    static List<String> command(List<String> flags, Path jar, String... arguments) {
        List<String> command = java(flags);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> java(List<String> flags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        return command;
    }
}
