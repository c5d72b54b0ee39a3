# In the image, for Compose and Kubernetes: one name leads to all gateways. On Kubernetes its address does not change; in
# Compose a gateway that starts again may have another, which follow-gateway notices. There is no probe: it would reach any of
# the gateways, and one that is slow would have the requests to all of them refused.
import directors;

backend gateway_service {
    .host = "gateway-service";
    .port = "8080";
}

sub vcl_init {
    new gateways = directors.round_robin();
    gateways.add_backend(gateway_service);
}

# Addresses of pods are not known here. Purges are accepted on a port of their own, which only cache-service can reach.
acl purgers {
    "0.0.0.0"/0;
    "::"/0;
}

sub vcl_recv {
    if (req.method == "PURGE" && local.socket != "purge") {
        return (synth(403, "Purges are not accepted on this port."));
    }
    if (req.method != "PURGE" && local.socket == "purge") {
        return (synth(403, "Only purges are accepted on this port."));
    }
}
