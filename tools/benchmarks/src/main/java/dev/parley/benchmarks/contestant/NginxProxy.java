package dev.parley.benchmarks.contestant;

import dev.parley.benchmarks.load.Target;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Workspace;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx, told to pass on every byte at once, over kept-alive connections: the least that a proxy can do. */
final class NginxProxy {
    private static final String NAME = "nginx";

    private NginxProxy() {}

    static Contestant start(Workspace workspace, Target claude) {
        int port = FreePorts.pick(1).getFirst();
        Path folder = workspace.data().resolve(NAME);
        Path settings = folder.resolve("nginx.conf");
        ManagedProcess part = Programs.start(
                workspace,
                NAME,
                port,
                List.of("nginx", "-p", folder.toString(), "-e", "stderr", "-c", settings.toString()),
                () -> {
                    Files.createDirectories(folder);
                    Files.writeString(settings, settings(port, claude.address().getAuthority()));
                });
        Target target = new Target(URI.create("http://127.0.0.1:" + port), claude.path(), Map.copyOf(claude.headers()));
        return new Contestant(Rival.NGINX, target, List.of(part));
    }

    /** Paths are relative to the folder. The connections are as many as the largest scenario has streams, and more. */
    static String settings(int port, String claude) {
        return """
            daemon off;
            worker_processes auto;
            worker_rlimit_nofile 20000;
            pid nginx.pid;
            events {
                worker_connections 16384;
            }
            http {
                access_log off;
                client_max_body_size 16m;
                client_body_buffer_size 1m;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                upstream claude {
                    server %2$s;
                    keepalive 4096;
                    keepalive_requests 1000000;
                    keepalive_timeout 600s;
                }
                server {
                    listen 127.0.0.1:%1$d backlog=4096;
                    keepalive_timeout 600s;
                    keepalive_requests 1000000;
                    location / {
                        proxy_pass http://claude;
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_buffering off;
                        proxy_request_buffering off;
                        proxy_read_timeout 600s;
                    }
                }
            }
            """.formatted(port, claude);
    }
}
