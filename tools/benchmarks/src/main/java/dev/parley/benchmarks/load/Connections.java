package dev.parley.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The connections of the generator: one for each call under way, kept alive between calls. Owned by the event loop. */
final class Connections {
    private static final int CONNECT_MILLIS_MAX = 5_000;

    private final Bootstrap bootstrap;
    private final Map<InetSocketAddress, Deque<Connection>> idle = new HashMap<>();
    private final Map<Connection, InetSocketAddress> addresses = new HashMap<>();
    private final Set<Connection> parked = new HashSet<>();

    Connections(EventLoopGroup loops, Class<? extends SocketChannel> channel) {
        this.bootstrap = new Bootstrap()
                .group(loops)
                .channel(channel)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX);
    }

    /** Sends a request over the connection that was used last, or a new one if none is idle. */
    void send(Call call) {
        InetSocketAddress address = call.target().socketAddress();
        Deque<Connection> waiting = idle.getOrDefault(address, new ArrayDeque<>());
        while (!waiting.isEmpty()) {
            Connection connection = waiting.pop();
            parked.remove(connection);
            if (connection.usable()) {
                connection.send(call);
                return;
            }
        }
        connect(address, call);
    }

    private void connect(InetSocketAddress address, Call call) {
        Connection connection = new Connection(this);
        addresses.put(connection, address);
        var connecting = bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(connection);
                    }
                })
                .connect(address);
        var _ = connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                gone(connection);
                call.fail(Flaw.CONNECTION, String.valueOf(connected.cause()));
            } else if (call.over()) {
                connection.close();
            } else {
                connection.send(call);
            }
        });
    }

    void giveBack(Connection connection) {
        InetSocketAddress address = addresses.get(connection);
        if (address != null) {
            idle.computeIfAbsent(address, key -> new ArrayDeque<>()).push(connection);
            parked.add(connection);
        }
    }

    void gone(Connection connection) {
        InetSocketAddress address = addresses.remove(connection);
        if (address != null && parked.remove(connection)) {
            idle.getOrDefault(address, new ArrayDeque<>()).remove(connection);
        }
    }

    /** Closes all of them. */
    void close() {
        Set.copyOf(addresses.keySet()).forEach(Connection::close);
    }
}
