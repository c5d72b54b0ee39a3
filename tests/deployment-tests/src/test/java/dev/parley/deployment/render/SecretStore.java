package dev.parley.deployment.render;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/** Where the External Secrets Operator reads secrets, with the fields that Parley uses. */
@Group("external-secrets.io")
@Version("v1")
public final class SecretStore extends CustomResource<SecretStore.Spec, Void> {
    public record Spec(Provider provider) {}

    public record Provider(Aws aws) {}

    public record Aws(String service, String region, Auth auth) {}

    public record Auth(Jwt jwt) {}

    public record Jwt(ServiceAccountReference serviceAccountRef) {}

    public record ServiceAccountReference(String name) {}
}
