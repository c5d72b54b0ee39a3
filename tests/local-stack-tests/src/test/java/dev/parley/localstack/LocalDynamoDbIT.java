package dev.parley.localstack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class LocalDynamoDbIT {
    private static final String AUTHORIZATION =
            "AWS4-HMAC-SHA256 Credential=local/20261124/eu-central-1/dynamodb/aws4_request, "
                    + "SignedHeaders=host, Signature=none";

    private static LocalDynamoDb dynamoDb;

    @BeforeAll
    static void start() {
        dynamoDb = LocalDynamoDb.start();
    }

    @AfterAll
    static void stop() {
        dynamoDb.close();
    }

    @Test
    void keepsItsTablesThroughACrash() throws Exception {
        call("CreateTable", """
                {"TableName": "colours", "BillingMode": "PAY_PER_REQUEST",
                 "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
                 "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}]}""");
        call("PutItem", """
                {"TableName": "colours", "Item": {"name": {"S": "blue"}}}""");
        dynamoDb.crash();
        dynamoDb.restart();
        assertThat(call("Scan", """
                {"TableName": "colours"}""")).contains("\"Count\":1", "blue");
    }

    /** Also on a machine without another address: a server of all addresses has 127.0.0.2, too. */
    @Test
    void listensOnTheLoopbackAddressOnly() throws Exception {
        int port = dynamoDb.endpoint().getPort();
        assertThat(connects(InetAddress.getLoopbackAddress(), port)).isTrue();
        assertThat(connects(InetAddress.getByName("127.0.0.2"), port)).isFalse();
        assertThat(outsideAddresses()).noneMatch(address -> connects(address, port));
    }

    /** That of a page of another site whose name resolves to this machine (DNS rebinding). */
    @Test
    void refusesAnotherHost() throws Exception {
        assertThat(statusLine("127.0.0.1:8010")).isEqualTo("HTTP/1.1 200 OK");
        assertThat(statusLine("localhost")).isEqualTo("HTTP/1.1 200 OK");
        assertThat(statusLine("attacker.example:8010")).isEqualTo("HTTP/1.1 404 Not Found");
    }

    private static String statusLine(String host) throws IOException {
        try (Socket socket =
                new Socket(dynamoDb.endpoint().getHost(), dynamoDb.endpoint().getPort())) {
            socket.setSoTimeout(10_000);
            String request = String.join(
                    "\r\n",
                    "POST / HTTP/1.1",
                    "host: " + host,
                    "connection: close",
                    "x-amz-target: DynamoDB_20120810.ListTables",
                    "content-type: application/x-amz-json-1.0",
                    "authorization: " + AUTHORIZATION,
                    "content-length: 2",
                    "",
                    "{}");
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII)
                    .lines()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String call(String action, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(dynamoDb.endpoint())
                .header("content-type", "application/x-amz-json-1.0")
                .header("x-amz-target", "DynamoDB_20120810." + action)
                .header("authorization", AUTHORIZATION)
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }

    private static List<Inet4Address> outsideAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
    }

    private static boolean connects(InetAddress address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
