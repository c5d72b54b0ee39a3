# Where the gateways are, and who may purge. Each environment has a file of its own; this one is for one machine.
import directors;

probe ready {
    .request = "HEAD / HTTP/1.1" "Host: 127.0.0.1" "Connection: close";
    .interval = 2s;
    # A gateway that is only slow is better than none.
    .timeout = 5s;
    .window = 2;
    .threshold = 1;
    .initial = 1;
}

backend gateway_0 {
    .host = "127.0.0.1";
    .port = "8080";
    .probe = ready;
}

sub vcl_init {
    new gateways = directors.round_robin();
    gateways.add_backend(gateway_0);
}

acl purgers {
    "127.0.0.1";
}
