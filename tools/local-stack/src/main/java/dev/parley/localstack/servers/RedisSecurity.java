package dev.parley.localstack.servers;

import java.nio.file.Path;
import java.util.List;

/**
 * A second port of Redis, with TLS, and the users of an ACL file.
 *
 * @param port with TLS
 * @param certificate and its chain, in PEM
 * @param privateKey in PEM
 * @param users the ACL file. The user {@code default} must be allowed {@code PING} on the first port, for the readiness probe
 */
public record RedisSecurity(int port, Path certificate, Path privateKey, Path users) {
    List<String> arguments() {
        return List.of(
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                privateKey.toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "no",
                "--aclfile",
                users.toString());
    }
}
