package dev.parley.gateway;

import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.id.ConversationId;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A request for every route and class of statuses, and what a shared cache may do with the response. */
final class SharedCacheRows {
    static final String ADMIN = "the-admin-key";
    static final String SITE = "https://app.example.com";

    private static final String CHAT =
            "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String EVENT = "{\"type\":\"message_stop\"}";

    private final RunningGateway gateway;
    private final Producer<String, byte[]> producer;
    private final RequestLog requests;
    private final String conversation;
    private final String key;
    private final String events;
    private final String asset;
    private final List<Row> healthy = new ArrayList<>();
    private final List<Row> broken = new ArrayList<>();

    /** What a shared cache may do. */
    enum Use {
        NOTHING,
        /** Store it, but ask again each time. */
        ASK_AGAIN,
        FOR_GOOD;

        boolean unasked() {
            return this == FOR_GOOD;
        }

        boolean stored(String credential) {
            return this == FOR_GOOD || (this == ASK_AGAIN && credential.equals("x-api-key"));
        }
    }

    /** Sends a request. */
    interface Sending {
        HttpResponse<InputStream> send(HttpRequest.Builder request) throws Exception;
    }

    record Row(String route, int status, Use use, HttpRequest.Builder request, Sending sending) {
        HttpResponse<InputStream> sent() throws Exception {
            return sending.send(request);
        }

        @Override
        public String toString() {
            return route + " " + status;
        }
    }

    SharedCacheRows(
            RunningGateway gateway, Producer<String, byte[]> producer, RequestLog requests, ConversationId conversation)
            throws Exception {
        this.gateway = gateway;
        this.producer = producer;
        this.requests = requests;
        this.conversation = "/v1/conversations/" + conversation;
        this.key = "/admin/keys/" + created().path("id").stringValue();
        this.events = "/v1/generations/"
                + answered().headers().firstValue("x-parley-generation").orElseThrow() + "/events";
        String page = gateway.text(gateway.request("/")).body();
        int begin = page.indexOf("/assets/");
        this.asset = page.substring(begin, page.indexOf('"', begin));
        chats();
        reads();
        changes();
        administration();
        pages();
    }

    /** The classes of statuses that a route has rows for: what has no server behind it does not fail. */
    static Set<Integer> classesOf(String route) {
        if (route.startsWith("ANY ")) {
            return Set.of(4);
        }
        String path = route.substring(route.indexOf(' ') + 1);
        return switch (path) {
            case "/", "/pulse" -> Set.of(2, 3);
            case "/page/config.json" -> Set.of(2);
            case "/assets/{version}/{*name}", "/v1/models", "/v1/models/{model}", "/pulse/events" -> Set.of(2, 4);
            default -> path.startsWith("/admin/") && route.startsWith("GET ") ? Set.of(2, 4) : Set.of(2, 4, 5);
        };
    }

    Stream<Row> healthy() {
        return healthy.stream();
    }

    Stream<Row> broken() {
        return broken.stream();
    }

    private void chats() {
        for (String path : List.of("/v1/messages", "/v1/chat/completions")) {
            String route = "POST " + path;
            healthy.add(new Row(route, 200, Use.NOTHING, post(path, CHAT), this::answered));
            add(healthy, route, 400, post(path, "{"));
            add(healthy, route, 401, post(path, CHAT).setHeader("x-api-key", "wrong"));
            add(healthy, "ANY " + path, 405, gateway.request(path));
            add(healthy, "ANY " + path, 204, preflight(path));
            add(broken, route, 503, post(path, CHAT));
        }
        String count = "/v1/messages/count_tokens";
        add(healthy, "POST " + count, 200, post(count, CHAT));
        add(healthy, "POST " + count, 400, post(count, "{"));
        add(healthy, "ANY " + count, 405, gateway.request(count));
        add(broken, "POST " + count, 502, post(count, CHAT));
        add(healthy, "GET /v1/models", 200, gateway.request("/v1/models"));
        add(healthy, "GET /v1/models", 200, gateway.request("/v1/models").header("origin", SITE));
        add(healthy, "GET /v1/models", 401, gateway.request("/v1/models").setHeader("x-api-key", ""));
        add(healthy, "ANY /v1/models", 405, gateway.request("/v1/models").DELETE());
        add(healthy, "GET /v1/models/{model}", 200, gateway.request("/v1/models/claude-haiku-4-5"));
        add(healthy, "GET /v1/models/{model}", 404, gateway.request("/v1/models/no-model"));
        add(
                healthy,
                "ANY /v1/models/{model}",
                405,
                gateway.request("/v1/models/no-model").DELETE());
    }

    private void reads() {
        String generation = events.replace("/events", "");
        String route = "GET /v1/generations/{generation}/events";
        add(healthy, route, 200, gateway.request(events));
        add(healthy, route, 404, gateway.request(events).setHeader("x-api-key", RunningGateway.OTHER));
        add(healthy, route, 400, gateway.request("/v1/generations/none/events"));
        add(broken, route, 503, gateway.request(events));
        add(
                healthy,
                "ANY /v1/generations/{generation}/events",
                405,
                gateway.request(events).DELETE());
        add(
                healthy,
                "DELETE /v1/generations/{generation}",
                202,
                gateway.request(generation).DELETE());
        add(
                healthy,
                "DELETE /v1/generations/{generation}",
                404,
                gateway.request(generation)
                        .setHeader("x-api-key", RunningGateway.OTHER)
                        .DELETE());
        add(
                broken,
                "DELETE /v1/generations/{generation}",
                503,
                gateway.request(generation).DELETE());
        add(healthy, "ANY /v1/generations/{generation}", 405, gateway.request(generation));
        add(healthy, "GET /v1/conversations", 200, gateway.request("/v1/conversations"));
        add(healthy, "GET /v1/conversations", 400, gateway.request("/v1/conversations?limit=0"));
        add(broken, "GET /v1/conversations", 503, gateway.request("/v1/conversations"));
        add(
                healthy,
                "ANY /v1/conversations",
                405,
                gateway.request("/v1/conversations").DELETE());
        add(healthy, "GET /v1/conversations/{id}", 200, gateway.request(conversation));
        add(healthy, "GET /v1/conversations/{id}", 404, gateway.request("/v1/conversations/none"));
        add(broken, "GET /v1/conversations/{id}", 503, gateway.request(conversation));
        String export = "GET /v1/conversations/{id}/export";
        add(healthy, export, 200, gateway.request(conversation + "/export"));
        add(healthy, export, 404, gateway.request("/v1/conversations/none/export"));
        add(broken, export, 503, gateway.request(conversation + "/export"));
        add(
                healthy,
                "ANY /v1/conversations/{id}/export",
                405,
                gateway.request(conversation + "/export").DELETE());
    }

    private void changes() {
        String title = "{\"title\":\"Mine\"}";
        add(healthy, "PATCH /v1/conversations/{id}", 202, method("PATCH", conversation, title));
        add(healthy, "PATCH /v1/conversations/{id}", 400, method("PATCH", conversation, "{}"));
        add(broken, "PATCH /v1/conversations/{id}", 503, method("PATCH", conversation, title));
        add(healthy, "ANY /v1/conversations/{id}", 405, method("PUT", conversation, title));
        add(
                healthy,
                "DELETE /v1/conversations/{id}",
                404,
                gateway.request("/v1/conversations/none").DELETE());
        add(
                healthy,
                "DELETE /v1/conversations/{id}",
                202,
                gateway.request(conversation).DELETE());
        add(
                broken,
                "DELETE /v1/conversations/{id}",
                503,
                gateway.request(conversation).DELETE());
    }

    private void administration() {
        String keys = "/admin/keys";
        String wish = "{\"tenant\":\"acme\",\"name\":\"web\"}";
        add(healthy, "GET " + keys, 200, admin("GET", keys, ""));
        add(healthy, "GET " + keys, 401, gateway.request(keys));
        add(healthy, "POST " + keys, 201, admin("POST", keys, wish));
        add(healthy, "POST " + keys, 400, admin("POST", keys, "{}"));
        add(broken, "POST " + keys, 503, admin("POST", keys, wish));
        add(healthy, "GET /admin/keys/{key}", 200, admin("GET", key, ""));
        add(healthy, "GET /admin/keys/{key}", 400, admin("GET", "/admin/keys/none", ""));
        add(healthy, "PATCH /admin/keys/{key}", 200, admin("PATCH", key, "{\"name\":\"app\"}"));
        add(healthy, "PATCH /admin/keys/{key}", 400, admin("PATCH", key, "{\"nome\":\"app\"}"));
        add(broken, "PATCH /admin/keys/{key}", 503, admin("PATCH", key, "{\"name\":\"app\"}"));
        add(healthy, "POST /admin/keys/{key}/rotate", 200, admin("POST", key + "/rotate", ""));
        add(healthy, "POST /admin/keys/{key}/rotate", 400, admin("POST", key + "/rotate?overlap=long", ""));
        add(broken, "POST /admin/keys/{key}/rotate", 503, admin("POST", key + "/rotate", ""));
        add(healthy, "DELETE /admin/keys/{key}", 400, admin("DELETE", "/admin/keys/none", ""));
        add(broken, "DELETE /admin/keys/{key}", 503, admin("DELETE", key, ""));
        healthy.add(new Row(
                "DELETE /admin/keys/{key}",
                200,
                Use.NOTHING,
                admin("DELETE", key, ""),
                _ -> open(admin("DELETE", "/admin/keys/" + created().path("id").stringValue(), ""))));
    }

    private void pages() {
        for (String path : List.of("/", "/pulse")) {
            for (String method : List.of("GET", "HEAD")) {
                for (String encoding : List.of("gzip", "identity")) {
                    HttpRequest.Builder page = gateway.request(path)
                            .method(method, BodyPublishers.noBody())
                            .header("accept-encoding", encoding);
                    healthy.add(new Row(method + " " + path, 200, Use.ASK_AGAIN, page, this::open));
                    healthy.add(new Row(method + " " + path, 304, Use.NOTHING, page, this::knownAlready));
                }
            }
        }
        String route = "GET /assets/{version}/{*name}";
        healthy.add(new Row(route, 200, Use.FOR_GOOD, gateway.request(asset), this::open));
        add(healthy, route, 404, gateway.request("/assets/0/none.js"));
        add(healthy, "GET /page/config.json", 200, gateway.request("/page/config.json"));
        add(healthy, "GET /pulse/events", 200, admin("GET", "/pulse/events", ""));
        add(healthy, "GET /pulse/events", 401, gateway.request("/pulse/events"));
        add(healthy, "none", 404, gateway.request("/nothing"));
        add(healthy, "none", 404, gateway.request("/v1/nothing"));
        add(healthy, "none", 404, preflight("/nothing"));
    }

    private void add(List<Row> rows, String route, int status, HttpRequest.Builder request) {
        rows.add(new Row(route, status, Use.NOTHING, request, this::open));
    }

    private HttpResponse<InputStream> open(HttpRequest.Builder request) throws Exception {
        return gateway.open(request);
    }

    /** A chat whose answer the test writes. */
    private HttpResponse<InputStream> answered(HttpRequest.Builder request) throws Exception {
        String name = UUID.randomUUID().toString();
        var response = gateway.client()
                .sendAsync(request.copy().header("x-parley-conversation", name).build(), BodyHandlers.ofInputStream());
        ChatRequested asked = requests.of(name);
        new AnswerLog(producer, asked.generation()).events(true, EVENT);
        return response.get(20, TimeUnit.SECONDS);
    }

    private HttpResponse<InputStream> answered() throws Exception {
        return answered(post("/v1/messages", CHAT));
    }

    private HttpResponse<InputStream> knownAlready(HttpRequest.Builder request) throws Exception {
        String tag = open(request).headers().firstValue("etag").orElseThrow();
        return open(request.copy().header("if-none-match", tag));
    }

    private JsonNode created() throws Exception {
        return JsonMapper.shared()
                .readTree(gateway.text(admin("POST", "/admin/keys", "{\"tenant\":\"acme\",\"name\":\"web\"}"))
                        .body());
    }

    private HttpRequest.Builder post(String path, String body) {
        return method("POST", path, body);
    }

    private HttpRequest.Builder method(String method, String path, String body) {
        return gateway.request(path)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder admin(String method, String path, String body) {
        return method(method, path, body).setHeader("x-api-key", ADMIN);
    }

    private HttpRequest.Builder preflight(String path) {
        return gateway.request(path)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("origin", SITE)
                .header("access-control-request-method", "POST");
    }
}
