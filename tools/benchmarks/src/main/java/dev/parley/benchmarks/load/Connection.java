package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** A kept-alive HTTP/1.1 connection, used for one call at a time. Owned by the event loop. */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {
    private final Connections connections;
    private LoadRun.@Nullable Call call;
    private boolean used;
    private boolean keepAlive;

    Connection(Connections connections) {
        this.connections = connections;
    }

    void send(Channel channel, LoadRun.Call next) {
        call = next;
        FullHttpRequest request = switch (next.request()) {
            case Request.Question question -> post(next.endpoint().path(), question.body());
            case Request.Read read -> new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, read.path());
        };
        request.headers().set(HttpHeaderNames.HOST, next.endpoint().address().getAuthority());
        next.endpoint().headers().forEach(request.headers()::set);
        var _ = channel.writeAndFlush(request, channel.voidPromise());
    }

    private static FullHttpRequest post(String path, String text) {
        byte[] body = text.getBytes(US_ASCII);
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.wrappedBuffer(body));
        request.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return request;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        long now = System.nanoTime();
        LoadRun.Call current = call;
        if (current == null || message.decoderResult().isFailure()) {
            throw new IllegalStateException(
                    "not a response to a request", message.decoderResult().cause());
        }
        if (message instanceof HttpResponse response) {
            keepAlive = HttpUtil.isKeepAlive(response);
            String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
            current.head(response.status().code(), type.startsWith("text/event-stream"), response.headers());
        }
        if (message instanceof HttpContent part && part.content().isReadable()) {
            current.body(part.content(), now);
        }
        if (message instanceof LastHttpContent) {
            end(context, current, now);
        } else if (current.over()) {
            // The call has timed out; the rest of its answer is not needed.
            var _ = context.close();
        }
    }

    private void end(ChannelHandlerContext context, LoadRun.Call ended, long now) {
        call = null;
        used = true;
        if (!keepAlive) {
            var _ = context.close();
        }
        connections.release(context.channel());
        ended.end(now);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        LoadRun.Call broken = call;
        call = null;
        if (broken == null) {
            return;
        }
        connections.release(context.channel());
        if (used && !broken.begun() && !broken.over()) {
            // The server closed the idle connection while the request was on its way.
            connections.send(broken);
        } else {
            broken.fail("the connection was closed in the middle of an answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (call != null && (!used || call.begun())) {
            call.fail("connection: " + cause);
        }
        var _ = context.close();
    }
}
