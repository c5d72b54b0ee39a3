package dev.parley.deployment.render;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** A Secret that the External Secrets Operator makes, with the fields that Parley uses. */
@Group("external-secrets.io")
@Version("v1")
public final class ExternalSecret extends CustomResource<ExternalSecret.Spec, Void> {
    public record Spec(
            String refreshInterval,
            StoreReference secretStoreRef,
            Target target,
            List<Entry> data,
            List<Source> dataFrom) {}

    /** All entries of a remote secret. */
    public record Source(Extract extract) {}

    public record Extract(String key) {}

    public record StoreReference(String kind, String name) {}

    public record Target(String name) {}

    public record Entry(String secretKey, Remote remoteRef) {}

    public record Remote(String key, String property) {}
}
