package dev.parley.localstack.stack;

import static java.util.stream.Collectors.toSet;

import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.Prometheus;
import dev.parley.localstack.servers.Service;
import dev.parley.localstack.servers.Tool;
import dev.parley.localstack.servers.Varnish;
import java.util.List;
import java.util.Set;

/**
 * The processes that are given the addresses of replicas at their start: Varnish those of gateways, Prometheus and pulse those
 * of all services.
 */
public final class ReplicaLists {
    private ReplicaLists() {}

    /**
     * The running processes that do not list all replicas once the missing ones are started.
     *
     * @param known processes that were started before, also those that have ended
     */
    public static List<StackFile.Entry> outdated(List<ProcessSpec> missing, List<StackFile.Entry> known) {
        Set<ProcessName> listed =
                known.stream().map(StackFile.Entry::processName).collect(toSet());
        Set<String> grown = missing.stream()
                .filter(spec -> spec.managementPort().isPresent() && !listed.contains(spec.name()))
                .map(spec -> spec.name().name())
                .collect(toSet());
        return known.stream()
                .filter(StackFile.Entry::alive)
                .filter(entry -> entry.processName().equals(Varnish.NAME)
                        ? grown.contains(Service.GATEWAY.module())
                        : !grown.isEmpty()
                                && (entry.processName().equals(Prometheus.NAME)
                                        || entry.name().equals(Tool.PULSE.program())))
                .toList();
    }
}
