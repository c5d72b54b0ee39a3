package dev.parley.inference.claude;

import dev.parley.answercache.lookup.BreakerSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import org.reactivestreams.Publisher;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** An HTTP server that speaks one protocol, and a client for it. */
final class TestServer implements AutoCloseable {
    /** The protocols over which Claude, or a proxy before it, may be called. */
    enum Protocol {
        HTTP_1_1,
        HTTP_1_1_TLS,
        HTTP_2_CLEARTEXT,
        HTTP_2_TLS;

        private boolean tls() {
            return this == HTTP_1_1_TLS || this == HTTP_2_TLS;
        }
    }

    /** What comes is lost, PINGs too. */
    static final class DiscardingHandler extends SimpleChannelInboundHandler<Object> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, Object message) {}
    }

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Map<String, Identity> IDENTITIES = new HashMap<>();

    /** The keys of a host, and the certificate that its clients trust. */
    private record Identity(KeyManagerFactory keys, X509Certificate certificate) {}

    private final Protocol protocol;
    private final Identity identity;
    private final DisposableServer server;
    private final AtomicInteger connections = new AtomicInteger();

    /** Whether new connections get no answer, not even to the beginning of TLS. */
    volatile boolean silent;

    /** Before which new connections are not read. */
    volatile CompletableFuture<?> readable = CompletableFuture.completedFuture(null);

    /**
     * Starts one.
     *
     * @param host the subject of its certificate
     * @param handler answers every request
     */
    TestServer(
            Protocol protocol,
            String host,
            BiFunction<? super HttpServerRequest, ? super HttpServerResponse, ? extends Publisher<Void>> handler)
            throws Exception {
        this.protocol = protocol;
        this.identity = identity(host);
        HttpServer plain = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnChannelInit((_, channel, _) -> connected(channel))
                .handle(handler);
        this.server = (switch (protocol) {
                    case HTTP_1_1 -> plain.protocol(HttpProtocol.HTTP11);
                    case HTTP_2_CLEARTEXT -> plain.protocol(HttpProtocol.H2C);
                    case HTTP_1_1_TLS ->
                        secure(plain.protocol(HttpProtocol.HTTP11), Http11SslContextSpec.forServer(identity.keys));
                    case HTTP_2_TLS ->
                        secure(plain.protocol(HttpProtocol.H2), Http2SslContextSpec.forServer(identity.keys));
                })
                .bindNow();
    }

    private static HttpServer secure(HttpServer server, GenericSslContextSpec<?> keys) {
        return server.secure(tls -> tls.sslContext(keys).handshakeTimeout(Duration.ofMinutes(1)));
    }

    private void connected(Channel channel) {
        connections.incrementAndGet();
        readable.join();
        if (silent) {
            channel.pipeline().addFirst(new DiscardingHandler());
        }
    }

    /** How many connections there were. */
    int connections() {
        return connections.get();
    }

    /** That of a host, made and decrypted once. */
    private static synchronized Identity identity(String host)
            throws IOException, InterruptedException, GeneralSecurityException {
        Identity known = IDENTITIES.get(host);
        Identity identity = known == null ? newIdentity(host) : known;
        IDENTITIES.put(host, identity);
        return identity;
    }

    /** Made by the JDK's own tool, because its API cannot sign. */
    private static Identity newIdentity(String host)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path directory = Files.createTempDirectory("claude");
        Path file = directory.resolve("keys.p12");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "claude",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=" + host,
                            "-ext",
                            "SAN=dns:" + host,
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            new String(PASSWORD))
                    .inheritIO()
                    .start();
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool failed");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream bytes = Files.newInputStream(file)) {
                store.load(bytes, PASSWORD);
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            return new Identity(keys, (X509Certificate) store.getCertificate("claude"));
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    /** A client that trusts the server's certificate. */
    HttpClaude client() {
        return client(() -> "key");
    }

    HttpClaude client(Supplier<String> key) {
        return client(key, SILENCE_MAX);
    }

    HttpClaude client(Supplier<String> key, Duration silenceMax) {
        return client(key, CONNECT_TIMEOUT, silenceMax, UnaryOperator.identity());
    }

    HttpClaude client(Duration connectTimeout) {
        return client(() -> "key", connectTimeout, SILENCE_MAX, UnaryOperator.identity());
    }

    /** The same with more configuration, which is only of use with TLS. */
    HttpClaude client(UnaryOperator<HttpClient> more) {
        return client(() -> "key", CONNECT_TIMEOUT, SILENCE_MAX, more);
    }

    private HttpClaude client(
            Supplier<String> key, Duration connectTimeout, Duration silenceMax, UnaryOperator<HttpClient> more) {
        ClaudeSettings settings = new ClaudeSettings(
                URI.create((protocol.tls() ? "https://localhost:" : "http://127.0.0.1:") + server.port()),
                "none",
                Path.of("none"),
                connectTimeout,
                Duration.ofMillis(100),
                silenceMax,
                80,
                protocol == Protocol.HTTP_2_CLEARTEXT,
                new BreakerSettings(100, 50, 90, Duration.ofSeconds(5), 5));
        return new HttpClaude(settings, key, client -> more.apply(trusting(client)));
    }

    private HttpClient trusting(HttpClient client) {
        boolean http2 = List.of(client.configuration().protocols()).contains(HttpProtocol.H2);
        GenericSslContextSpec<SslContextBuilder> trusted =
                http2 ? Http2SslContextSpec.forClient() : Http11SslContextSpec.forClient();
        return client.secure(
                tls -> tls.sslContext(trusted.configure(context -> context.trustManager(identity.certificate))));
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(2));
    }
}
