package dev.parley.system;

import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Map;

/**
 * How inference-service calls the simulator: {@code -Dtests.claude=h2c}, {@code http1} or {@code tls} (HTTP/2), for all stories
 * on the shared systems.
 */
enum ClaudeTransport {
    H2C,
    HTTP1,
    TLS;

    private static final String STORE_PASSWORD = "public";

    /** Adds the chosen transport. */
    static StackSettings over(StackSettings settings) {
        return switch (valueOf(System.getProperty("tests.claude", "h2c").toUpperCase(Locale.ROOT))) {
            case H2C -> settings;
            case HTTP1 -> settings.environment("inference-service", Map.of("PARLEY_CLAUDE_CLEARTEXT_HTTP2", "false"));
            case TLS -> secured(settings);
        };
    }

    private static StackSettings secured(StackSettings settings) {
        int port = FreePorts.pick(1).getFirst();
        try {
            Path directory = Files.createTempDirectory("claude-tls");
            TestCertificates certificates = TestCertificates.in(directory);
            Path trusted = trustStore(directory, certificates.authority());
            return settings.environment(
                            "claude-simulator",
                            Map.of(
                                    "PARLEY_SIMULATOR_TLS_PORT",
                                    Integer.toString(port),
                                    "PARLEY_SIMULATOR_TLS_KEYS",
                                    certificates.keyStore().toString()))
                    .environment(
                            "inference-service",
                            Map.of(
                                    "ANTHROPIC_BASE_URL",
                                    "https://127.0.0.1:" + port,
                                    "_JAVA_OPTIONS",
                                    "-Djavax.net.ssl.trustStore=" + trusted + " -Djavax.net.ssl.trustStorePassword="
                                            + STORE_PASSWORD));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no trust store can be made", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while certificates were made", e);
        }
    }

    private static Path trustStore(Path directory, Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = directory.resolve("trusted.p12");
        try (var out = Files.newOutputStream(file)) {
            store.store(out, STORE_PASSWORD.toCharArray());
        }
        return file;
    }
}
