package dev.parley.localstack.servers;

import static java.util.Objects.requireNonNull;

import dev.parley.localstack.process.FreePorts;
import java.net.URI;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The port of each program. Replica <i>i</i> is <i>i</i> above replica 0.
 *
 * @param chosen those that {@link #keep} leaves as they are
 */
public record PortMap(Map<PortName, Integer> ports, Set<PortName> chosen) {
    /** The distance between the ports of two services in {@link #block}. */
    public static final int REPLICAS_MAX = 10;

    private static final int PORT_MAX = 65_535;

    /** The default ports, but for those that an environment variable moves. */
    public static PortMap from(Map<String, String> environment) {
        Map<PortName, Integer> ports = new EnumMap<>(PortName.class);
        Set<PortName> chosen = EnumSet.noneOf(PortName.class);
        for (PortName name : PortName.values()) {
            String moved = environment.getOrDefault(name.variable(), "").strip();
            if (moved.isEmpty()) {
                ports.put(name, name.standard());
            } else {
                ports.put(name, port(name, moved));
                chosen.add(name);
            }
        }
        return new PortMap(ports, chosen);
    }

    /** The same with the ports of a replica that was started, by their variables, in place of defaults. */
    public PortMap keep(Map<String, Integer> started, int replica) {
        Map<PortName, Integer> kept = new EnumMap<>(ports);
        for (PortName name : PortName.values()) {
            if (!chosen.contains(name) && started.containsKey(name.variable())) {
                kept.put(name, requireNonNull(started.get(name.variable())) - replica);
            }
        }
        return new PortMap(kept, chosen);
    }

    /** A block of {@link #blockSize()} consecutive ports that begins with this one. */
    static PortMap block(int first) {
        Map<PortName, Integer> ports = new EnumMap<>(PortName.class);
        for (PortName name : PortName.values()) {
            ports.put(name, first + ports.size() * REPLICAS_MAX);
        }
        return new PortMap(ports, EnumSet.allOf(PortName.class));
    }

    /** A block of ports that are free at this moment. */
    public static PortMap free() {
        return block(FreePorts.pick(blockSize()).getFirst());
    }

    static int blockSize() {
        return PortName.values().length * REPLICAS_MAX;
    }

    public int of(PortName name) {
        return of(name, 0);
    }

    public int of(PortName name, int replica) {
        return requireNonNull(ports.get(name)) + replica;
    }

    /** Those of so many replicas. */
    public List<Integer> replicas(PortName name, int count) {
        return IntStream.range(0, count).mapToObj(replica -> of(name, replica)).toList();
    }

    public URI address(PortName name, int replica) {
        return URI.create("http://127.0.0.1:" + of(name, replica));
    }

    private static int port(PortName name, String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > PORT_MAX) {
            throw new IllegalArgumentException(name.variable() + "=" + text + " is not a port (1 to " + PORT_MAX + ")");
        }
        return Integer.parseInt(text);
    }
}
