package dev.parley.gateway.page;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class PageHandlerTest {
    private static final PageFiles FILES = PageFiles.read();
    private static final String MODULE = "script/main.js";

    private final WebTestClient client = client("local-key");

    @Test
    void restrictsScriptsAndStylesToThisOrigin() {
        HttpHeaders page = headers(client.get().uri("/"), 200);
        assertThat(page.getFirst("content-type")).isEqualTo("text/html;charset=utf-8");
        assertThat(page.getFirst("x-content-type-options")).isEqualTo("nosniff");
        assertThat(page.getFirst("referrer-policy")).isEqualTo("no-referrer");
        assertThat(page.getFirst("content-security-policy"))
                .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    void revalidatesThePage() {
        HttpHeaders known = page("identity", "\"" + FILES.version() + "\"", 304);
        assertThat(known.getETag()).isEqualTo("\"" + FILES.version() + "\"");
        assertThat(known.getCacheControl()).isEqualTo("no-cache");
        assertThat(page("identity", "\"another\"", 200).getCacheControl()).isEqualTo("no-cache");
    }

    /** Otherwise a cache would confuse the two at revalidation. */
    @Test
    void tagsThePlainAndTheCompressedPageDifferently() {
        String plain = tag("identity", "\"none\"", 200);
        String gzip = tag("gzip", "\"none\"", 200);

        assertThat(gzip).isNotEqualTo(plain);
        assertThat(tag("gzip", gzip, 304)).isEqualTo(gzip);
        assertThat(tag("identity", plain, 304)).isEqualTo(plain);
        assertThat(tag("gzip", plain, 200)).isEqualTo(gzip);
        assertThat(tag("identity", gzip, 200)).isEqualTo(plain);
    }

    private String tag(String encoding, String known, int status) {
        return requireNonNull(page(encoding, known, status).getETag());
    }

    private HttpHeaders page(String encoding, String known, int status) {
        HttpHeaders page = headers(
                client.get().uri("/").header("accept-encoding", encoding).header("if-none-match", known), status);
        assertThat(page.getVary()).containsExactly("Accept-Encoding");
        return page;
    }

    private static HttpHeaders headers(WebTestClient.RequestHeadersSpec<?> request, int status) {
        return request.exchange()
                .expectStatus()
                .isEqualTo(status)
                .returnResult(Void.class)
                .getResponseHeaders();
    }

    @Test
    void sendsFilesCompressedAndImmutable() throws Exception {
        byte[] body = client.get()
                .uri("/assets/{version}/" + MODULE, FILES.version())
                .header("accept-encoding", "gzip, br")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("content-encoding", "gzip")
                .expectHeader()
                .valueEquals("vary", "Accept-Encoding")
                .expectHeader()
                .value("cache-control", control -> assertThat(control).contains("immutable", "max-age=31536000"))
                .expectBody()
                .returnResult()
                .getResponseBodyContent();
        assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes())
                .isEqualTo(ByteBufUtil.getBytes(file()));
    }

    @Test
    void sendsFilesUncompressedWithoutGzipSupport() {
        byte[] body = client.get()
                .uri("/assets/{version}/" + MODULE, FILES.version())
                .exchange()
                .expectHeader()
                .doesNotExist("content-encoding")
                .expectBody()
                .returnResult()
                .getResponseBodyContent();
        assertThat(body).isEqualTo(ByteBufUtil.getBytes(file()));
    }

    /** Else a client without a key could take a copy for each of its connections. */
    @Test
    void responsesShareTheMemoryOfAFile() {
        Queue<ByteBuf> written = new ConcurrentLinkedQueue<>();
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnChannelInit((_, channel, _) -> channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                        written.add(memory((ByteBuf) message));
                        var _ = context.write(message, promise);
                    }
                }))
                .handle(new ReactorHttpHandlerAdapter(
                        RouterFunctions.toHttpHandler(new PageHandler(FILES, "", Optional::empty).routes())))
                .bindNow();
        try {
            WebTestClient.bindToServer()
                    .baseUrl("http://127.0.0.1:" + server.port())
                    .build()
                    .get()
                    .uri("/assets/{version}/" + MODULE, FILES.version())
                    .header("accept-encoding", "identity")
                    .exchange()
                    .expectHeader()
                    .contentLength(file().readableBytes())
                    .expectBody(byte[].class)
                    .isEqualTo(ByteBufUtil.getBytes(file()));
            assertThat(written).anySatisfy(buffer -> assertThat(buffer).isSameAs(memory(file())));
        } finally {
            server.disposeNow();
        }
    }

    private static ByteBuf memory(ByteBuf buffer) {
        return buffer.unwrap() == null ? buffer : memory(buffer.unwrap());
    }

    private static ByteBuf file() {
        return FILES.file(MODULE).orElseThrow().plain();
    }

    @Test
    void servesFilesOfAnotherVersionWithoutCaching() {
        assertThat(headers(client.get().uri("/assets/0123/" + MODULE), 200).getCacheControl())
                .isEqualTo("no-store");
    }

    @Test
    void servesNothingElse() {
        for (String path : new String[] {
            "/assets/x/application.yaml",
            "/assets/x/../application.yaml",
            "/assets/x",
            "/assets/x/",
            "/index.html",
            "/webjars/"
        }) {
            client.get().uri(path).exchange().expectStatus().isNotFound();
        }
    }

    /** Without a server there is no client address; {@link LocalClientTest} covers the rule. */
    @Test
    void hidesTheLocalKeyFromUnknownAddresses() {
        for (WebTestClient each : new WebTestClient[] {client, client("")}) {
            each.get()
                    .uri("/page/config.json")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectHeader()
                    .valueEquals("cache-control", "no-store")
                    .expectBody()
                    .json("{}");
        }
    }

    @Test
    void namesTheCollectionOfTheEmptyPage() {
        client("", "acme.help")
                .get()
                .uri("/page/config.json")
                .exchange()
                .expectBody()
                .json("{\"collection\":\"acme.help\"}");
    }

    private static WebTestClient client(String localKey) {
        return client(localKey, "");
    }

    private static WebTestClient client(String localKey, String collection) {
        return WebTestClient.bindToRouterFunction(new PageHandler(
                                FILES, localKey, () -> Optional.of(collection).filter(name -> !name.isEmpty()))
                        .routes())
                .build();
    }
}
