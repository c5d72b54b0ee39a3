package dev.parley.localstack.stack;

import dev.parley.localstack.parts.PortMap;
import dev.parley.localstack.parts.Service;
import java.util.EnumMap;
import java.util.Map;

/** How many processes each service has: one unless said otherwise. */
public record Replicas(Map<Service, Integer> counts) {
    public static final Replicas ONE_EACH = new Replicas(Map.of());

    public Replicas {
        counts = Map.copyOf(counts);
        counts.forEach((service, count) -> {
            if (count < 0 || count > PortMap.REPLICAS_MAX) {
                throw new IllegalArgumentException(
                        service.module() + " can have 0 to " + PortMap.REPLICAS_MAX + " replicas, not " + count);
            }
        });
    }

    /** Reads {@code gateway-service=2,inference-service=2}. */
    public static Replicas parse(String text) {
        Map<Service, Integer> counts = new EnumMap<>(Service.class);
        for (String item : text.split(",", -1)) {
            String[] nameAndCount = item.strip().split("=", 2);
            if (nameAndCount.length != 2) {
                throw new IllegalArgumentException("\"" + item + "\" is not like gateway-service=2");
            }
            counts.put(Service.of(nameAndCount[0].strip()), count(nameAndCount[1].strip()));
        }
        return new Replicas(counts);
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a number of replicas", e);
        }
    }

    public int of(Service service) {
        return counts.getOrDefault(service, 1);
    }

    public Replicas with(Service service, int count) {
        Map<Service, Integer> changed = new EnumMap<>(Service.class);
        changed.putAll(counts);
        changed.put(service, count);
        return new Replicas(changed);
    }
}
