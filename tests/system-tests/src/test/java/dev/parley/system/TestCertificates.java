package dev.parley.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An authority and a server certificate for 127.0.0.1 that it has signed, made by {@code openssl} and valid for a day.
 *
 * @param directory where the files are
 */
record TestCertificates(Path directory) {
    /** Makes them in an existing directory. */
    static TestCertificates in(Path directory) throws IOException, InterruptedException {
        TestCertificates files = new TestCertificates(directory);
        certificate(
                files.path("ca.key"),
                files.authority(),
                List.of("-subj", "/CN=Parley test authority", "-addext", "keyUsage=keyCertSign"));
        certificate(
                files.privateKey(),
                files.certificate(),
                List.of(
                        "-subj",
                        "/CN=parley test server",
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-CA",
                        files.authority().toString(),
                        "-CAkey",
                        files.path("ca.key").toString()));
        Files.writeString(
                files.keyStore(), Files.readString(files.privateKey()) + Files.readString(files.certificate()));
        return files;
    }

    private static void certificate(Path key, Path certificate, List<String> options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-noenc",
                "-days",
                "1",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString()));
        command.addAll(options);
        Path output = Files.createTempFile(certificate.getParent(), "openssl", ".txt");
        Process openssl = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!openssl.waitFor(30, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
            openssl.destroyForcibly();
            throw new IOException("openssl has made no certificate: " + Files.readString(output));
        }
    }

    /** The certificate that clients trust. */
    Path authority() {
        return path("ca.crt");
    }

    Path certificate() {
        return path("server.crt");
    }

    Path privateKey() {
        return path("server.key");
    }

    /** The private key and the certificate in one file. */
    Path keyStore() {
        return path("server.pem");
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
