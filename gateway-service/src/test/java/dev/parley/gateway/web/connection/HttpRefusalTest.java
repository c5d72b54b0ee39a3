package dev.parley.gateway.web.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HttpRefusalTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            HTTP/1.1 ; /v1/models         ; gateway.example
            HTTP/1.0 ; /                  ;
            HTTP/1.1 ; /a%20b?c=d         ; gateway.example:8080
            HTTP/1.1 ; /                  ; 127.0.0.1:1
            HTTP/1.1 ; /                  ; [::1]:8080
            HTTP/1.1 ; http://a.example/b ; a.example
            """)
    void acceptsAReadableHeader(String version, String address, @Nullable String host) {
        assertThat(HttpRefusal.of(request(version, address, host))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            HTTP/2.0 ; *     ;               ; The request header cannot be read.
            HTTP/1.1 ; /a|b  ; a.example     ; The address has a character that must be encoded.
            HTTP/1.1 ; /%zz  ; a.example     ; The address has a character that must be encoded.
            HTTP/1.1 ; /     ; a.example:    ; host: Input should be a host with an optional port
            HTTP/1.1 ; /     ; a.example:web ; host: Input should be a host with an optional port
            HTTP/1.1 ; /     ; a b           ; host: Input should be a host with an optional port
            HTTP/1.1 ; /     ; [::1          ; host: Input should be a host with an optional port
            """)
    void refusesAHeaderThatTheServerCannotRead(String version, String address, @Nullable String host, String message) {
        assertThat(HttpRefusal.of(request(version, address, host))).hasValueSatisfying(refusal -> {
            assertThat(refusal.status().code()).isEqualTo(400);
            assertThat(refusal.message()).isEqualTo(message);
        });
    }

    @Test
    void refusesARequestWithOneUnreadableHostOfTwo() {
        HttpRequest request = request("HTTP/1.1", "/", "a.example");
        request.headers().add(HttpHeaderNames.HOST, "a.example:web");
        assertThat(HttpRefusal.of(request)).isPresent();
    }

    static List<Arguments> failures() {
        return List.of(
                Arguments.of(new TooLongHttpLineException(), 414),
                Arguments.of(new TooLongHttpHeaderException(), 431),
                Arguments.of(new IllegalArgumentException(), 400));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void refusesAHeaderThatTheCodecCannotRead(Exception failure, int status) {
        HttpRequest request = request("HTTP/1.1", "/", "a.example");
        request.setDecoderResult(DecoderResult.failure(failure));
        assertThat(HttpRefusal.isReadable(request)).isFalse();
        assertThat(HttpRefusal.of(request))
                .hasValueSatisfying(
                        refusal -> assertThat(refusal.status().code()).isEqualTo(status));
    }

    private static HttpRequest request(String version, String address, @Nullable String host) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.valueOf(version), HttpMethod.GET, address);
        Stream.ofNullable(host).forEach(name -> request.headers().add(HttpHeaderNames.HOST, name));
        return request;
    }
}
