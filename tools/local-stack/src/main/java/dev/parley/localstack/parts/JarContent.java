package dev.parley.localstack.parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** What tells builds of a jar apart. Its time does not: builds are reproducible, all of their files are of the same time. */
final class JarContent {
    private static final int DIGITS = 16;

    private JarContent() {}

    /** A short digest of the jar's table of contents, where each entry has its checksum, and of these files. */
    static String digest(Path jar, Path... more) throws IOException {
        MessageDigest digest = sha256();
        try (JarFile content = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = content.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                digest.update((entry.getName() + " " + entry.getSize() + " " + entry.getCrc() + "\n").getBytes(UTF_8));
            }
        }
        for (Path file : more) {
            digest.update(Files.readAllBytes(file));
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
