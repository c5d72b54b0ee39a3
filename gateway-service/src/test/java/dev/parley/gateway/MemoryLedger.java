package dev.parley.gateway;

import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.topic.Topics;
import dev.parley.gateway.limits.Settlement;
import dev.parley.gateway.limits.Settlements;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A ledger in memory. Has counted each partition up to an offset at first. */
public final class MemoryLedger implements Settlements {
    private final OptionalLong first;
    private final Map<Integer, OptionalLong> positions = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> counted = new ConcurrentHashMap<>();
    private final Queue<GenerationId> settled = new ConcurrentLinkedQueue<>();

    public MemoryLedger(OptionalLong first) {
        this.first = first;
    }

    /** The generations that were settled, in this order. */
    public Collection<GenerationId> settled() {
        return settled;
    }

    /** Until when partitions are counted. */
    public Map<Integer, Instant> counted() {
        return counted;
    }

    @Override
    public void counted(Map<Integer, OptionalLong> at, Instant until) {
        at.forEach((partition, offset) -> {
            if (position(partition).equals(offset)) {
                counted.put(partition, until);
            }
        });
    }

    @Override
    public Map<Integer, Long> positions() {
        Map<Integer, Long> all = new HashMap<>();
        for (int i = 0; i < Topics.TURNS.partitions(); i++) {
            int partition = i;
            position(i).ifPresent(at -> all.put(partition, at));
        }
        return all;
    }

    private OptionalLong position(int partition) {
        return positions.getOrDefault(partition, first);
    }

    @Override
    public List<OptionalLong> settle(List<Step> steps) {
        return steps.stream().map(this::settle).toList();
    }

    private synchronized OptionalLong settle(Step step) {
        if (position(step.partition()).equals(step.after())) {
            positions.put(step.partition(), OptionalLong.of(step.offset()));
            step.settlement().map(Settlement::generation).ifPresent(settled::add);
        }
        return position(step.partition());
    }
}
