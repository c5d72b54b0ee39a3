package dev.parley.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Executes the stages of the Dockerfile after the Maven run, without a container engine. One directory stands for the
 * file systems of all stages: {@code /app} is its {@code app}.
 */
final class ImageBuild {
    private static final Pattern STAGE = Pattern.compile("FROM (\\S+) AS (\\S+)");
    private static final String FROM_STAGE = "--from=";
    private static final String MODE = "--chmod=";

    /** Installs the Java of the images, for which the Java of this process stands. */
    private static final String JAVA_STAGE = "java";

    /** The slash before a directory that the Dockerfile uses. */
    private static final Pattern ROOT = Pattern.compile("(?<![\\w.*}])/(?=(build|trained|layers|app)(?![\\w-]))");

    private static final TypeReference<List<String>> WORDS = new TypeReference<>() {};
    private static final long MINUTES_MAX = 9;

    private final Path checkout;
    private final Path root;
    private final List<String> instructions;
    private Path directory;
    private List<String> entryPoint = List.of();

    ImageBuild(Path checkout, Path root) throws IOException {
        this.checkout = checkout;
        this.root = root;
        this.directory = root;
        this.instructions = Files.readString(checkout.resolve("Dockerfile"))
                .replace("\\\n", " ")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    /** Maps a path of a stage or an image to the file system. */
    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    /** The working directory of the last image. */
    Path directory() {
        return directory;
    }

    /** The entry point of the last image. */
    List<String> entryPoint() {
        return entryPoint;
    }

    /** Provides the output of the Maven run in {@code /build}, as hard links. */
    void provideBuild(List<String> paths) throws IOException, InterruptedException {
        for (String path : paths) {
            Path target = at("/build").resolve(path);
            Files.createDirectories(target.getParent());
            run(List.of("cp", "--archive", "--link", checkout.resolve(path).toString(), target.toString()));
        }
    }

    /** Builds a stage, after its base stage. */
    void build(String stage, String service) throws IOException, InterruptedException {
        if (stage.equals(JAVA_STAGE)) {
            return;
        }
        List<String> lines = instructions.stream()
                .dropWhile(line -> !line.endsWith(" AS " + stage))
                .toList();
        Matcher from = STAGE.matcher(lines.getFirst());
        if (from.matches() && !from.group(1).startsWith("$")) {
            build(from.group(1), service);
        }
        for (String line : lines.stream()
                .skip(1)
                .takeWhile(line -> !line.startsWith("FROM "))
                .toList()) {
            String[] instruction = line.replace("${SERVICE}", service).split(" +", 2);
            execute(instruction[0], instruction[1]);
        }
    }

    private void execute(String keyword, String text) throws IOException, InterruptedException {
        switch (keyword) {
            case "WORKDIR" -> workIn(at(text));
            case "RUN" -> run(text.startsWith("[") ? words(text) : List.of("sh", "-c", moved(text)));
            case "COPY" -> copy(Stream.of(text.split(" +", -1)).toList());
            case "ENTRYPOINT" -> entryPoint = program(words(text));
            case "ARG", "USER", "LABEL" -> {
                // No effect on files.
            }
            default -> throw new IllegalStateException("unsupported instruction: " + keyword);
        }
    }

    /** Every stage starts with an empty working directory. */
    private void workIn(Path empty) throws IOException, InterruptedException {
        run(List.of("rm", "-rf", empty.toString()));
        directory = Files.createDirectories(empty);
    }

    private String moved(String shell) {
        return ROOT.matcher(shell).replaceAll(Matcher.quoteReplacement(root + "/"));
    }

    private static List<String> words(String json) {
        return JsonMapper.shared().readValue(json, WORDS);
    }

    /** Uses the Java of this process, because an AOT cache fits one JVM only. */
    private static List<String> program(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.set(0, words.getFirst().replaceFirst("^java$", Matcher.quoteReplacement(java("java"))));
        return words;
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private void copy(List<String> words) throws IOException, InterruptedException {
        List<String> options =
                words.stream().takeWhile(word -> word.startsWith("--")).toList();
        boolean ofStage = options.stream().anyMatch(option -> option.startsWith(FROM_STAGE));
        String last = words.getLast();
        Path target = last.startsWith("/") ? at(last) : directory.resolve(last).normalize();
        for (String word : words.subList(options.size(), words.size() - 1)) {
            Path source = ofStage ? at(word) : checkout.resolve(word);
            copy(source, target, last.endsWith("/"));
            for (String option : options) {
                if (option.startsWith(MODE)) {
                    Path copied = last.endsWith("/") ? target.resolve(source.getFileName()) : target;
                    run(List.of("chmod", option.substring(MODE.length()), copied.toString()));
                }
            }
        }
    }

    /** The content of a directory is copied. */
    private void copy(Path source, Path target, boolean into) throws IOException, InterruptedException {
        if (source.equals(target)) {
            return;
        }
        Files.createDirectories(into ? target : target.getParent());
        boolean all = Files.isDirectory(source);
        run(List.of("cp", "--archive", all ? source + "/." : source.toString(), target.toString()));
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Path output = root.resolve("output.log");
        ProcessBuilder builder = new ProcessBuilder(program(command))
                .directory((Files.isDirectory(directory) ? directory : root).toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().merge("PATH", java("") + ":", (path, first) -> first + path);
        Process process = builder.start();
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " has failed: " + Files.readString(output));
        }
    }
}
