package dev.parley.inference.claude;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

/** Without its native libraries, Netty uses the JDK's TLS and NIO and says nothing. */
class NativeTransportTest {
    @Test
    void claudeIsCalledWithBoringSslAndEpoll() {
        assertThat(OpenSsl.unavailabilityCause()).isNull();
        assertThat(OpenSsl.versionString()).isEqualTo("BoringSSL");
        assertThat(SslProvider.isAlpnSupported(SslProvider.OPENSSL)).isTrue();
        assertThat(Epoll.unavailabilityCause()).isNull();
        assertThat(LoopResources.hasNativeSupport()).isTrue();
    }
}
