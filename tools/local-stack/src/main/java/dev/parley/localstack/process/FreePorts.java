package dev.parley.localstack.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Picks free ports of this machine. They lie below the range of the kernel's ephemeral ports, so that no outgoing
 * connection takes the port of a server that is down.
 */
public final class FreePorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES_MAX = 1_000;

    private FreePorts() {}

    /** Consecutive ports, all free at this moment. */
    public static List<Integer> pick(int count) {
        int first = RandomGenerator.getDefault()
                .ints(TRIES_MAX, LOWEST, HIGHEST - count)
                .filter(port -> IntStream.range(port, port + count).allMatch(FreePorts::free))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + count + " consecutive ports are free"));
        return IntStream.range(first, first + count).boxed().toList();
    }

    /** Whether a server could listen on this port of 127.0.0.1. */
    public static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
