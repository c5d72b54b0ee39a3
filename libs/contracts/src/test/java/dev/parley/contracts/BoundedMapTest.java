package dev.parley.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BoundedMapTest {
    @Test
    void dropsTheOldestEntry() {
        Map<String, Integer> map = BoundedMap.ofNewest(2);
        put(map, "a", "b");
        assertThat(map.get("a")).isZero();
        put(map, "a", "c");
        assertThat(map).containsOnlyKeys("b", "c");
    }

    @Test
    void dropsTheLeastRecentlyUsedEntry() {
        Map<String, Integer> map = BoundedMap.ofLastUsed(2);
        put(map, "a", "b");
        assertThat(map.get("a")).isZero();
        put(map, "c");
        assertThat(map).containsOnlyKeys("a", "c");
        put(map, "a", "d");
        assertThat(map).containsOnlyKeys("a", "d");
    }

    private static void put(Map<String, Integer> map, String... keys) {
        for (String key : keys) {
            map.put(key, 0);
        }
    }
}
