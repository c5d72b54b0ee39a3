# A shared cache before the gateways (Varnish 7, with vmod_xkey of varnish-modules). It stores published answers and the
# files of the page, and nothing else. Everything else passes through unbuffered.
vcl 4.1;

import header;
import std;
import xkey;

# director gateways, acl purgers
include "backend.vcl";

sub vcl_recv {
    # More than the longest answer: Varnish cuts a response that takes longer, also while it is sent without a pause.
    set sess.send_timeout = 930s;
    set req.backend_hint = gateways.backend();
    # Clients cannot send the headers of the edge: each of them gets this name.
    header.regsub(req, "^(?i)x-parley-edge[^:]*:.*$", "x-parley-edge: none");
    unset req.http.x-parley-edge;

    # The API of a request, as the gateways decide it: by the path, by the headers of all clients of Claude's API, or by the
    # format in the id of an answer.
    if (req.url ~ "^/v1/(chat/|responses|(completions|embeddings)(\?|$))"
        || req.url ~ "^/v1/generations/gen_[0-9a-f]{13}[4-9ab]"
        || (req.url ~ "^/v1/models(/|\?|$)" && !req.http.anthropic-version && !req.http.x-api-key)) {
        set req.http.x-parley-edge-api = "openai";
    }

    if (req.method == "PURGE") {
        if (client.ip !~ purgers) {
            return (synth(403, "Purges are not accepted from this address."));
        }
        if (req.http.xkey-softpurge) {
            # The copies remain for as long as no gateway can be reached.
            return (synth(200, "Purged " + xkey.softpurge(req.http.xkey-softpurge)));
        }
        return (synth(200, "Purged " + xkey.purge(req.http.xkey-purge)));
    }
    if (req.url == "/healthz") {
        # Also while no gateway can be reached: stored responses are served then.
        return (synth(200, "Varnish is ready."));
    }
    if (req.url !~ "^/(\?|$)" && req.url !~ "^/(v1|assets|page)/") {
        return (synth(404, "There is nothing at this address."));
    }
    if (req.method !~ "^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$") {
        return (synth(405, "This method is not supported."));
    }
    if (std.integer(req.http.Content-Length, 0) > 8388608) {
        # A gateway refuses it as well, but Varnish reads no response before it has sent the whole body.
        return (synth(413, "Request exceeds the maximum size of 8388608 bytes"));
    }
    if (req.method !~ "^(GET|HEAD)$"
        || req.url !~ "^/(assets/|v1/collections/[^/?]+(\?|$)|v1/answers/|v1/t/)") {
        return (pass);
    }

    # The response depends on the address only.
    unset req.http.Authorization;
    unset req.http.x-api-key;
    unset req.http.Cookie;
    unset req.http.Origin;
    if (req.url ~ "^/v1/t/") {
        if (std.integer(regsub(req.url, "^[^?]*\?(?:.*&)?e=([0-9]{1,11})(?:&.*)?$", "\1"), 0) <= std.time2integer(now, 0)) {
            return (synth(403, "The signature of this address is invalid or has expired."));
        }
        set req.url = std.querysort(regsuball(req.url, "([?&])(?!(?:e|s)=)[^?&]*", "\1"));
        if (req.url !~ "\?e=[0-9]+&s=[^?&]*$") {
            return (synth(403, "The signature of this address is invalid or has expired."));
        }
    } else {
        set req.url = regsub(req.url, "\?.*$", "");
    }
    if (req.url ~ "[;,%#\s]") {
        # Another spelling of an address would be another copy. In xkey, a comma would begin another key.
        return (synth(404, "There is nothing at this address."));
    }
    # A host that no gateway refuses: the response is for the clients of all hosts.
    set req.http.Host = "127.0.0.1";
    set req.http.x-parley-edge-cacheable = "yes";
    # 0: as a client asked. 1: the stored copy is stale, so a gateway is asked. 2: it has failed.
    if (req.restarts == 1) {
        set req.grace = 0s;
        set req.http.x-parley-edge-stale = "yes";
        # Clients that waited for the request of another one would get the copy one after the other.
        set req.hash_ignore_busy = true;
    } elseif (req.restarts == 2) {
        set req.grace = 7d;
        set req.hash_ignore_busy = false;
    }
    return (hash);
}

# The host is not part of the address: all names lead to the same gateways.
sub vcl_hash {
    hash_data(req.url);
    return (lookup);
}

sub vcl_hit {
    # Its time is over, or it was purged softly: a soft purge skips copies whose time is over.
    if (req.restarts == 0 && obj.ttl < 0s && std.healthy(req.backend_hint)) {
        return (restart);
    }
}

sub vcl_backend_fetch {
    # The first fetch has removed the header. Only files of the page are retried.
    if (bereq.http.x-parley-edge-cacheable || bereq.retries > 0) {
        # Less than the time after which cache-service purges again.
        set bereq.first_byte_timeout = 3s;
        set bereq.between_bytes_timeout = 1s;
        if (bereq.url ~ "^/assets/") {
            # A retry must reach another gateway, also where one address leads to all of them.
            set bereq.http.Connection = "close";
        }
    } else {
        # The longest answer; while one is streamed, the gateway sends a ping after 10 s.
        set bereq.first_byte_timeout = 920s;
        set bereq.between_bytes_timeout = 60s;
    }
    unset bereq.http.x-parley-edge-cacheable;
    set bereq.http.x-parley-edge = "varnish";
}

sub vcl_backend_response {
    if (beresp.status != 200 && beresp.status != 403 && beresp.status != 404
        && (bereq.is_bgfetch || bereq.http.x-parley-edge-stale)) {
        # A failure, or a refusal of this request and not of its address: the stored response remains.
        return (abandon);
    }
    if (bereq.url ~ "^/assets/" && beresp.http.Cache-Control !~ "\bpublic\b" && bereq.retries < 3) {
        # The file of another version of the page. During a deploy, another gateway may have the one that is asked for.
        return (retry);
    }
    if (beresp.status != 200 || beresp.http.Cache-Control !~ "\bpublic\b" || bereq.uncacheable) {
        # Remembered for a moment, so that such requests do not wait for each other.
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
        set beresp.grace = 0s;
        # A client that reads slowly slows the gateway down, which then acts.
        set beresp.transit_buffer = 32KB;
        return (deliver);
    }
    set beresp.http.xkey = beresp.http.Cache-Tag + ", " + bereq.url;
    # Varnish knows no stale-if-error: within this time a stored response is delivered if no gateway answers.
    set beresp.grace = std.duration(
        regsub(beresp.http.Cache-Control, "^.*\bstale-if-error=([0-9]+).*$", "\1") + "s", 0s);
    set beresp.keep = 0s;
    return (deliver);
}

sub vcl_backend_error {
    if (bereq.http.x-parley-edge-stale) {
        return (abandon);
    }
    set beresp.status = 503;
    set beresp.http.Content-Type = "application/json";
    set beresp.http.Cache-Control = "private, no-store";
    set beresp.http.Retry-After = "1";
    unset beresp.http.Server;
    if (bereq.http.x-parley-edge-api == "openai") {
        set beresp.body = """{"error":{"message":"The gateways cannot be reached.","type":"server_error","param":null,"code":null}}""";
    } else {
        set beresp.body = """{"type":"error","error":{"type":"api_error","message":"The gateways cannot be reached."}}""";
    }
    set beresp.uncacheable = true;
    set beresp.ttl = 0s;
    return (deliver);
}

sub vcl_synth {
    if (resp.status == 503 && req.restarts == 1) {
        return (restart);
    }
    unset resp.http.Server;
    unset resp.http.X-Varnish;
    set resp.http.Content-Type = "application/json";
    set resp.http.Cache-Control = "private, no-store";
    if (resp.status == 200) {
        set resp.body = {"{"message":""} + resp.reason + """"}""";
        return (deliver);
    }
    if (req.http.x-parley-edge-api == "openai") {
        set resp.body = {"{"error":{"message":""} + resp.reason
            + {"","type":"invalid_request_error","param":null,"code":null}}"};
        return (deliver);
    }
    set resp.http.x-parley-edge-type = "invalid_request_error";
    if (resp.status == 403) {
        set resp.http.x-parley-edge-type = "permission_error";
    } elseif (resp.status == 404) {
        set resp.http.x-parley-edge-type = "not_found_error";
    } elseif (resp.status == 413) {
        set resp.http.x-parley-edge-type = "request_too_large";
    }
    set resp.body = {"{"type":"error","error":{"type":""} + resp.http.x-parley-edge-type
        + {"","message":""} + resp.reason + """"}}""";
    unset resp.http.x-parley-edge-type;
    return (deliver);
}

sub vcl_deliver {
    if (req.restarts == 1 && (resp.status == 403 || resp.status == 404)) {
        # It is not published any more, or not under this signature, so the copy is not needed.
        set req.http.x-parley-edge-removed = xkey.purge(req.url);
    }
    if (obj.uncacheable) {
        set resp.http.Server-Timing = "edge;desc=pass";
    } elseif (obj.hits > 0) {
        set resp.http.Server-Timing = "edge;desc=hit";
    } else {
        set resp.http.Server-Timing = "edge;desc=miss";
    }
    unset resp.http.Cache-Tag;
    unset resp.http.xkey;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    return (deliver);
}
