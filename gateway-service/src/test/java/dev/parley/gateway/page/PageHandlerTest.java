package dev.parley.gateway.page;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

class PageHandlerTest {
    private static final PageFiles FILES = PageFiles.read();
    private static final String MODULE = "script/main.js";

    private final WebTestClient client = client("local-key");

    @Test
    void restrictsScriptsAndStylesToThisOrigin() {
        client.get()
                .uri("/")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType("text/html;charset=utf-8")
                .expectHeader()
                .valueEquals("x-content-type-options", "nosniff")
                .expectHeader()
                .valueEquals("referrer-policy", "no-referrer")
                .expectHeader()
                .value(
                        "content-security-policy",
                        policy -> assertThat(policy)
                                .contains(
                                        "default-src 'none'",
                                        "script-src 'self';",
                                        "style-src 'self';",
                                        "frame-ancestors 'none'")
                                .doesNotContain("unsafe"));
    }

    @Test
    void revalidatesThePage() {
        client.get()
                .uri("/")
                .header("if-none-match", "\"" + FILES.version() + "\"")
                .exchange()
                .expectStatus()
                .isNotModified()
                .expectHeader()
                .valueEquals("etag", "\"" + FILES.version() + "\"")
                .expectHeader()
                .valueEquals("cache-control", "no-cache")
                .expectHeader()
                .valueEquals("vary", "Accept-Encoding");
        client.get()
                .uri("/")
                .header("if-none-match", "\"another\"")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("cache-control", "no-cache");
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
        String tag = client.get()
                .uri("/")
                .header("accept-encoding", encoding)
                .header("if-none-match", known)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .valueEquals("vary", "Accept-Encoding")
                .returnResult(Void.class)
                .getResponseHeaders()
                .getETag();
        return requireNonNull(tag);
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
                .isEqualTo(FILES.file(MODULE).orElseThrow().bytes());
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
        assertThat(body).isEqualTo(FILES.file(MODULE).orElseThrow().bytes());
    }

    @Test
    void servesFilesOfAnotherVersionWithoutCaching() {
        client.get()
                .uri("/assets/0123/" + MODULE)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("cache-control", "no-store");
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
