package dev.parley.localstack.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * An executable jar and the copy of it that runs, so that a build can replace the jar meanwhile. The jar of a Spring Boot
 * application is unpacked into plain jars, which start faster and can have an AOT cache.
 *
 * @param options files beside the jar that an AOT cache depends on
 * @param directory the copy, named after the content of the jar and of the options
 */
record AppJar(Path jar, List<Path> options, Path directory) {
    private static final String PREFIX = "app-";
    private static final String NAME = "app.jar";

    /** Of a directory that is being filled; the pid of the process that does it follows. */
    private static final String UNPACKING = "unpacking-";

    /**
     * The jar that the build has made of a module.
     *
     * @param module its directory in the checkout, whose last part is its name
     */
    static AppJar of(Checkout checkout, String module, Path... options) {
        Path target = checkout.root().resolve(module).resolve("target");
        Path jar = target.resolve(Path.of(module).getFileName() + "-app.jar");
        try {
            return new AppJar(jar, List.of(options), target.resolve(name(jar, List.of(options))));
        } catch (IOException e) {
            throw new IllegalStateException(jar + " is missing: build with ./parley, or with mvn package", e);
        }
    }

    /**
     * A process that runs it in its directory, as an image does. The jar's path is relative, because an AOT cache contains
     * the paths of its training: a cached class has no code source if the path does not exist.
     */
    ProcessSpec.Builder process(ProcessName name, Workspace workspace, List<String> options) {
        return ProcessSpec.builder(name, Jvm.command(options, "-jar", NAME), workspace.log(name))
                .directoryOfBuild(directory)
                .preparation(() -> {
                    unpack();
                    Files.createDirectories(workspace.noSecrets());
                });
    }

    /**
     * The AOT cache of this jar for the JVM that this process runs on, which may not exist. It lies in a directory of its
     * build because the JVM compares jars with a cache by size and time only, and all builds have the same time.
     */
    Path aotCache() {
        return directory.resolve("app-" + Runtime.version() + ".aot");
    }

    boolean hasAotCache() {
        return Files.exists(aotCache());
    }

    /** Options that load classes from the AOT cache, or, where there is none, from an archive that the first process writes. */
    List<String> sharedClasses() {
        return hasAotCache()
                ? List.of("-XX:AOTCache=" + aotCache())
                : Jvm.sharedClasses(directory.resolve("app-" + Runtime.version() + ".jsa"));
    }

    /**
     * Unpacks or copies it, unless that has been done. Several processes may do it at the same time, also while a build replaces
     * the jar.
     *
     * @throws IOException also if the jar is no longer the one that the directory is named after
     */
    void unpack() throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path unpacked = Files.createTempDirectory(
                jar.getParent(), UNPACKING + ProcessHandle.current().pid() + "-");
        try {
            // With its time, which an AOT cache requires of a jar: an image unpacks the jar itself.
            Path copy = Files.copy(jar, unpacked.resolve("copy.jar"), StandardCopyOption.COPY_ATTRIBUTES);
            if (!directory.endsWith(name(copy, options))) {
                throw new IOException(jar + " was built again meanwhile: run the command again");
            }
            if (isSpringBoot(copy)) {
                extract(copy, unpacked);
                Files.delete(copy);
            } else {
                Files.move(copy, unpacked.resolve(NAME));
            }
            deleteLeftovers();
            Files.move(unpacked, directory);
        } catch (IOException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        } finally {
            Workspace.delete(unpacked);
        }
    }

    private static boolean isSpringBoot(Path jar) throws IOException {
        try (JarFile content = new JarFile(jar.toFile())) {
            return content.getEntry("BOOT-INF/") != null;
        }
    }

    private static void extract(Path jar, Path destination) throws IOException {
        List<String> command = Jvm.command(
                List.of(Jvm.C1_ONLY, "-Djarmode=tools"),
                "-jar",
                jar.toString(),
                "extract",
                "--force",
                "--application-filename",
                NAME,
                "--destination",
                destination.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(jar + " cannot be unpacked: " + output);
        }
    }

    /** Deletes earlier builds that no process runs from, and what killed processes have unpacked. */
    private void deleteLeftovers() throws IOException {
        try (Stream<Path> siblings = Files.list(jar.getParent())) {
            for (Path leftover : siblings.filter(this::isLeftover).toList()) {
                try {
                    Workspace.delete(leftover);
                } catch (UncheckedIOException e) {
                    // Another command deletes it as well, or a later one will.
                }
            }
        }
    }

    private boolean isLeftover(Path sibling) {
        String name = sibling.getFileName().toString();
        if (name.startsWith(UNPACKING)) {
            return !Files.exists(Path.of("/proc", name.split("-", -1)[1]));
        }
        return name.startsWith(PREFIX)
                && !sibling.equals(directory)
                && ProcessHandle.allProcesses().noneMatch(process -> runsIn(sibling, process.pid()));
    }

    private static boolean runsIn(Path directory, long pid) {
        try {
            return Files.isSameFile(directory, Path.of("/proc", Long.toString(pid), "cwd"));
        } catch (IOException e) {
            // It has ended, or belongs to another user.
            return false;
        }
    }

    private static String name(Path jar, List<Path> options) throws IOException {
        return PREFIX + digest(jar, options.toArray(Path[]::new));
    }

    /** Of the jar's table of contents, which has the checksum of each entry, and of these files. */
    static String digest(Path jar, Path... more) throws IOException {
        var digest = new ByteArrayOutputStream();
        try (JarFile content = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(content.entries())) {
                digest.writeBytes(
                        (entry.getName() + " " + entry.getSize() + " " + entry.getCrc() + "\n").getBytes(UTF_8));
            }
        }
        for (Path file : more) {
            digest.writeBytes(Files.readAllBytes(file));
        }
        return UUID.nameUUIDFromBytes(digest.toByteArray()).toString();
    }
}
