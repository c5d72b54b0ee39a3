package dev.parley.localstack;

import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.Checkout;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.stack.StackFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A checkout with the real Kafka and DynamoDB Local, whose applications are all {@link PretendService}. */
public final class FakeCheckout {
    private FakeCheckout() {}

    /** Creates one below {@code target/}, in a directory with a space: a checkout may be anywhere. */
    public static Checkout make() {
        try {
            Path all =
                    Files.createDirectories(Path.of("target", "fake checkouts").toAbsolutePath());
            Path directory = Files.createTempDirectory(all, "checkout-");
            Checkout real = Checkout.find();
            Files.createDirectories(directory.resolve("tools/local-stack/target"));
            Files.createSymbolicLink(
                    directory.resolve("tools/local-stack/servers"), real.root().resolve("tools/local-stack/servers"));
            Files.createSymbolicLink(directory.resolve("edge"), real.root().resolve("edge"));
            Files.createSymbolicLink(
                    directory.resolve("tools/local-stack/target/agent"),
                    real.root().resolve("tools/local-stack/target/agent"));
            Stream<String> modules = Stream.concat(
                    Stream.of(Service.values()).map(Service::module),
                    Stream.of("tools/claude-simulator", "tools/pulse"));
            for (String module : modules.toList()) {
                Path options = Files.createDirectories(directory.resolve(module).resolve("src/main/jvm"));
                Files.writeString(options.resolve("jvm.options"), "# None\n");
                Path target = Files.createDirectories(directory.resolve(module).resolve("target"));
                writeJar(target.resolve(Path.of(module).getFileName() + "-app.jar"));
            }
            return new Checkout(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a process to the list of a checkout, as the program that {@code up} has started on this port. */
    public static void started(Checkout checkout, String program, int port, long pid) {
        ProcessSpec spec = ProcessSpec.builder(new ProcessName(program, 0), List.of(program), Path.of("log"))
                .port(port, "PORT")
                .build();
        StackFile.in(checkout.state())
                .add(StackFile.Entry.of(spec, OsProcess.of(pid).orElseThrow()));
    }

    private static void writeJar(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, PretendService.class.getName());
        String entry = PretendService.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream output = new JarOutputStream(file, manifest);
                InputStream code = PretendService.class.getClassLoader().getResourceAsStream(entry)) {
            if (code == null) {
                throw new IOException(entry + " is not on the class path");
            }
            output.putNextEntry(new JarEntry(entry));
            code.transferTo(output);
        }
    }
}
