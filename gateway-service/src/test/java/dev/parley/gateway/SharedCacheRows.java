package dev.parley.gateway;

import dev.parley.contracts.id.ConversationId;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A request for every route and status class, and what a shared cache may do with the response. */
final class SharedCacheRows {
    private final GatewayRequests to;
    private final String conversation;
    private final String key;
    private final String generation;
    private final String events;
    private final String asset;
    private final List<Row> healthy = new ArrayList<>();
    private final List<Row> broken = new ArrayList<>();

    /** What a shared cache may do, and the {@code Cache-Control} that allows it by RFC 9111. */
    enum Use {
        NOTHING("(private, )?no-store"),
        /** Store it, but revalidate it before each reuse. */
        REVALIDATE("no-cache"),
        IMMUTABLE("max-age=31536000, public, immutable"),
        /** Store it without a copy for each encoding. */
        PUBLISHED("public, max-age=\\d+, s-maxage=[1-9]\\d*, .*");

        private final Pattern cacheControl;

        Use(String cacheControl) {
            this.cacheControl = Pattern.compile(cacheControl);
        }

        Pattern cacheControl() {
            return cacheControl;
        }

        /** Whether it is stored, with a copy for each encoding. */
        boolean variesByEncoding() {
            return this == REVALIDATE || this == IMMUTABLE;
        }
    }

    /** Sends a request. */
    interface Sender {
        HttpResponse<InputStream> send(HttpRequest.Builder request) throws Exception;
    }

    record Row(String route, int status, Use use, HttpRequest.Builder request, Sender sender) {
        HttpResponse<InputStream> sent() throws Exception {
            return sender.send(request);
        }

        @Override
        public String toString() {
            return route + " " + status;
        }
    }

    SharedCacheRows(GatewayRequests to, ConversationId conversation) throws Exception {
        this.to = to;
        this.conversation = "/v1/conversations/" + conversation;
        this.key = "/admin/keys/" + to.createKey().path("id").stringValue();
        this.generation = to.generation();
        this.events = "/v1/generations/" + generation + "/events";
        String page = to.gateway().text(to.get("/")).body();
        int begin = page.indexOf("/assets/");
        this.asset = page.substring(begin, page.indexOf('"', begin));
        chats();
        reads();
        changes();
        administration();
        pages();
        published();
    }

    /** The status classes that a route must have rows for; only routes that depend on a server have class 5. */
    static Set<Integer> classesOf(String route) {
        if (route.startsWith("ANY ")) {
            return Set.of(4);
        }
        String path = route.substring(route.indexOf(' ') + 1);
        return switch (path) {
            case "/" -> Set.of(2, 3);
            case "/page/config.json" -> Set.of(2);
            // Of an issued key, and with Redis, neither of which are here.
            case "/v1/usage", "/admin/usage" -> Set.of(4);
            case "/assets/{version}/{*name}", "/v1/models", "/v1/models/{model}" -> Set.of(2, 4);
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
            healthy.add(new Row(route, 200, Use.NOTHING, to.post(path, GatewayRequests.CHAT), to::answered));
            add(healthy, route, 400, to.post(path, "{"));
            add(healthy, route, 401, to.post(path, GatewayRequests.CHAT).setHeader("x-api-key", "wrong"));
            add(healthy, "ANY " + path, 405, to.get(path));
            add(healthy, "ANY " + path, 204, to.preflight(path));
            add(broken, route, 503, to.post(path, GatewayRequests.CHAT));
        }
        String count = "/v1/messages/count_tokens";
        add(healthy, "POST " + count, 200, to.post(count, GatewayRequests.CHAT));
        add(healthy, "POST " + count, 401, to.post(count, GatewayRequests.CHAT).setHeader("x-api-key", "wrong"));
        add(healthy, "ANY " + count, 405, to.get(count));
        add(broken, "POST " + count, 503, to.post(count, GatewayRequests.CHAT));
        add(healthy, "GET /v1/usage", 401, to.get("/v1/usage").setHeader("x-api-key", ""));
        add(healthy, "GET /v1/usage", 404, to.get("/v1/usage"));
        add(healthy, "ANY /v1/usage", 405, to.get("/v1/usage").DELETE());
        add(healthy, "GET /v1/models", 200, to.get("/v1/models"));
        add(healthy, "GET /v1/models", 200, to.get("/v1/models").header("origin", GatewayRequests.SITE));
        add(healthy, "GET /v1/models", 401, to.get("/v1/models").setHeader("x-api-key", ""));
        add(healthy, "ANY /v1/models", 405, to.get("/v1/models").DELETE());
        add(healthy, "GET /v1/models/{model}", 200, to.get("/v1/models/claude-haiku-4-5"));
        add(healthy, "GET /v1/models/{model}", 404, to.get("/v1/models/no-model"));
        add(
                healthy,
                "ANY /v1/models/{model}",
                405,
                to.get("/v1/models/no-model").DELETE());
    }

    private void reads() {
        String path = "/v1/generations/" + generation;
        String route = "GET /v1/generations/{generation}/events";
        add(healthy, route, 200, to.get(events));
        add(healthy, route, 404, to.get(events).setHeader("x-api-key", RunningGateway.OTHER));
        add(healthy, route, 400, to.get("/v1/generations/none/events"));
        add(broken, route, 503, to.get(events));
        add(
                healthy,
                "ANY /v1/generations/{generation}/events",
                405,
                to.get(events).DELETE());
        add(healthy, "DELETE /v1/generations/{generation}", 202, to.get(path).DELETE());
        add(
                healthy,
                "DELETE /v1/generations/{generation}",
                404,
                to.get(path).setHeader("x-api-key", RunningGateway.OTHER).DELETE());
        add(broken, "DELETE /v1/generations/{generation}", 503, to.get(path).DELETE());
        add(healthy, "ANY /v1/generations/{generation}", 405, to.get(path));
        String feedback = path + "/feedback";
        String rate = "POST /v1/generations/{generation}/feedback";
        add(healthy, rate, 200, to.post(feedback, "{\"rating\":\"up\"}"));
        add(healthy, rate, 400, to.post(feedback, "{}"));
        add(broken, rate, 503, to.post(feedback, "{\"rating\":\"up\"}"));
        add(healthy, "ANY /v1/generations/{generation}/feedback", 405, to.get(feedback));
        add(healthy, "GET /v1/conversations", 200, to.get("/v1/conversations"));
        add(healthy, "GET /v1/conversations", 400, to.get("/v1/conversations?limit=0"));
        add(broken, "GET /v1/conversations", 503, to.get("/v1/conversations"));
        add(healthy, "ANY /v1/conversations", 405, to.get("/v1/conversations").DELETE());
        add(healthy, "GET /v1/conversations/{id}", 200, to.get(conversation));
        add(healthy, "GET /v1/conversations/{id}", 404, to.get("/v1/conversations/none"));
        add(broken, "GET /v1/conversations/{id}", 503, to.get(conversation));
        String export = "GET /v1/conversations/{id}/export";
        add(healthy, export, 200, to.get(conversation + "/export"));
        add(healthy, export, 404, to.get("/v1/conversations/none/export"));
        add(broken, export, 503, to.get(conversation + "/export"));
        add(
                healthy,
                "ANY /v1/conversations/{id}/export",
                405,
                to.get(conversation + "/export").DELETE());
    }

    private void changes() {
        String title = "{\"title\":\"Mine\"}";
        add(healthy, "PATCH /v1/conversations/{id}", 202, to.method("PATCH", conversation, title));
        add(healthy, "PATCH /v1/conversations/{id}", 400, to.method("PATCH", conversation, "{}"));
        add(broken, "PATCH /v1/conversations/{id}", 503, to.method("PATCH", conversation, title));
        add(healthy, "ANY /v1/conversations/{id}", 405, to.method("PUT", conversation, title));
        add(
                healthy,
                "DELETE /v1/conversations/{id}",
                400,
                to.get("/v1/conversations/no%20id").DELETE());
        add(healthy, "DELETE /v1/conversations/{id}", 202, to.get(conversation).DELETE());
        add(broken, "DELETE /v1/conversations/{id}", 503, to.get(conversation).DELETE());
    }

    private void administration() {
        String keys = "/admin/keys";
        String newKey = "{\"tenant\":\"acme\",\"name\":\"web\"}";
        add(healthy, "GET " + keys, 200, to.admin("GET", keys, ""));
        add(healthy, "GET " + keys, 401, to.get(keys));
        add(healthy, "GET /admin/usage", 401, to.get("/admin/usage"));
        add(healthy, "GET /admin/usage", 400, to.admin("GET", "/admin/usage?limit=0", ""));
        add(healthy, "ANY /admin/usage", 405, to.admin("DELETE", "/admin/usage", ""));
        add(healthy, "POST " + keys, 201, to.admin("POST", keys, newKey));
        add(healthy, "POST " + keys, 400, to.admin("POST", keys, "{}"));
        add(broken, "POST " + keys, 503, to.admin("POST", keys, newKey));
        add(healthy, "ANY " + keys, 405, to.admin("PUT", keys, newKey));
        add(healthy, "ANY /admin/keys/{key}", 405, to.admin("PUT", key, "{}"));
        add(healthy, "ANY /admin/keys/{key}/rotate", 405, to.admin("GET", key + "/rotate", ""));
        add(healthy, "GET /admin/keys/{key}", 200, to.admin("GET", key, ""));
        add(healthy, "GET /admin/keys/{key}", 400, to.admin("GET", "/admin/keys/none", ""));
        add(healthy, "PATCH /admin/keys/{key}", 200, to.admin("PATCH", key, "{\"name\":\"app\"}"));
        add(healthy, "PATCH /admin/keys/{key}", 400, to.admin("PATCH", key, "{\"nome\":\"app\"}"));
        add(broken, "PATCH /admin/keys/{key}", 503, to.admin("PATCH", key, "{\"name\":\"app\"}"));
        add(healthy, "POST /admin/keys/{key}/rotate", 200, to.admin("POST", key + "/rotate", ""));
        add(healthy, "POST /admin/keys/{key}/rotate", 400, to.admin("POST", key + "/rotate?overlap=long", ""));
        add(broken, "POST /admin/keys/{key}/rotate", 503, to.admin("POST", key + "/rotate", ""));
        String evict = "DELETE /v1/cache/{generation}";
        String cached = "/v1/cache/" + generation;
        add(healthy, evict, 202, to.admin("DELETE", cached, ""));
        add(healthy, evict, 400, to.admin("DELETE", "/v1/cache/none", ""));
        add(broken, evict, 503, to.admin("DELETE", cached, ""));
        add(healthy, "ANY /v1/cache/{generation}", 405, to.get(cached));
        add(healthy, "DELETE /admin/keys/{key}", 400, to.admin("DELETE", "/admin/keys/none", ""));
        add(broken, "DELETE /admin/keys/{key}", 503, to.admin("DELETE", key, ""));
        healthy.add(new Row(
                "DELETE /admin/keys/{key}",
                200,
                Use.NOTHING,
                to.admin("DELETE", key, ""),
                _ -> to.open(to.admin(
                        "DELETE", "/admin/keys/" + to.createKey().path("id").stringValue(), ""))));
    }

    private void pages() {
        for (String method : List.of("GET", "HEAD")) {
            for (String encoding : List.of("gzip", "identity")) {
                HttpRequest.Builder page =
                        to.get("/").method(method, BodyPublishers.noBody()).header("accept-encoding", encoding);
                healthy.add(new Row(method + " /", 200, Use.REVALIDATE, page, to::open));
                healthy.add(new Row(method + " /", 304, Use.REVALIDATE, page, to::revalidated));
            }
        }
        String route = "GET /assets/{version}/{*name}";
        healthy.add(new Row(route, 200, Use.IMMUTABLE, to.get(asset), to::open));
        add(healthy, route, 404, to.get("/assets/0/none.js"));
        add(healthy, "GET /page/config.json", 200, to.get("/page/config.json"));
        add(healthy, "none", 404, to.get("/nothing"));
        add(healthy, "none", 404, to.get("/pulse"));
        add(healthy, "none", 404, to.get("/v1/nothing"));
        add(healthy, "none", 403, to.preflight("/nothing"));
    }

    private void published() throws Exception {
        String question = "/v1/collections/help/questions/log";
        String route = "/v1/collections/{collection}/questions/{slug}";
        String publication = to.given("Why?").publication("");
        String answer = to.published(question).path("url").stringValue();
        String signed = to.published("/v1/collections/help/questions/hidden", ",\"audience\":\"tenant\"")
                .path("url")
                .stringValue();
        for (String method : List.of("GET", "HEAD")) {
            readable(method, "/v1/collections/{collection}", "/v1/collections/acme.help");
            readable(method, "/v1/answers/{id}", answer);
            readable(method, "/v1/answers/{id}/events", answer + "/events");
            readable(method, "/v1/t/{tenant}/answers/{id}", signed);
        }
        add(healthy, "PUT " + route, 200, to.method("PUT", question, publication));
        add(healthy, "PUT " + route, 400, to.method("PUT", question, "{}"));
        add(broken, "PUT " + route, 503, to.method("PUT", question, publication));
        add(healthy, "GET " + route, 200, to.get(question));
        add(healthy, "GET " + route, 404, to.get(question + "-none"));
        add(broken, "GET " + route, 503, to.get(question));
        add(healthy, "ANY " + route, 405, to.post(question, ""));
        String refresh = question + "/refresh";
        healthy.add(new Row("POST " + route + "/refresh", 200, Use.NOTHING, to.post(refresh, ""), to::refreshed));
        add(healthy, "POST " + route + "/refresh", 404, to.post(question + "-none/refresh", ""));
        add(broken, "POST " + route + "/refresh", 503, to.post(refresh, ""));
        add(healthy, "ANY " + route + "/refresh", 405, to.get(refresh));
        String another = "/v1/collections/help/questions/another";
        healthy.add(new Row("DELETE " + route, 204, Use.NOTHING, to.get(another).DELETE(), request -> {
            to.published(another);
            return to.open(request);
        }));
        add(healthy, "DELETE " + route, 404, to.get(question + "-none").DELETE());
        add(broken, "DELETE " + route, 503, to.get(question).DELETE());
    }

    private void readable(String method, String pattern, String path) {
        String route = method + " " + pattern;
        HttpRequest.Builder request = to.get(path).method(method, BodyPublishers.noBody());
        healthy.add(new Row(route, 200, Use.PUBLISHED, request, to::open));
        healthy.add(new Row(route, 304, Use.PUBLISHED, request, to::revalidated));
        String none = path.replaceFirst("(ans_.|help)", "none");
        add(healthy, route, 404, to.get(none).method(method, BodyPublishers.noBody()));
        add(healthy, "ANY " + pattern, 405, to.post(path, ""));
        add(broken, route, 503, request);
    }

    private void add(List<Row> rows, String route, int status, HttpRequest.Builder request) {
        rows.add(new Row(route, status, Use.NOTHING, request, to::open));
    }
}
