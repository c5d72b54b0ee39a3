package dev.parley.localstack.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines for the JVM that this process runs on. */
public final class Jvm {
    /** Of every JVM but the services': it exits when it is out of heap, and does not warn of what Netty does. */
    private static final List<String> COMMON = List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseSerialGC",
            "-XX:+UseTransparentHugePages",
            // With C1 alone it is 48 MB, and every 7 MB of new code cause a full collection.
            "-XX:ReservedCodeCacheSize=240m",
            "-Dfile.encoding=UTF-8",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    /**
     * C1 only, for processes that live for minutes on a machine that they share. Without the profiles of a training, C2 would take a
     * core for that time.
     */
    public static final String C1_ONLY = "-XX:TieredStopAtLevel=1";

    private Jvm() {}

    /**
     * Options with which a JVM loads most classes from this archive, in about two thirds of the time. A JVM that finds none, or that of
     * another class path, writes one when it ends normally.
     */
    static List<String> sharedClasses(Path archive) {
        return List.of(
                "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off", "-Xlog:aot*=off");
    }

    /** The command with these options, and then a class path and a main class, or a jar, with its arguments. */
    static List<String> command(List<String> options, String... program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(program));
        return command;
    }

    /** Those of every JVM but the services', and these. The list can be added to. */
    static List<String> options(String... more) {
        List<String> options = new ArrayList<>(COMMON);
        options.addAll(List.of(more));
        return options;
    }
}
