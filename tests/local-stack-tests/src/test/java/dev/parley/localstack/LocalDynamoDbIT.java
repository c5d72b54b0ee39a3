package dev.parley.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
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

    @Test
    void listensOnTheLoopbackAddressOnly() throws Exception {
        assertThat(outsideAddresses())
                .noneMatch(address -> connects(address, dynamoDb.endpoint().getPort()));
    }

    private static String call(String action, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(dynamoDb.endpoint())
                .header("content-type", "application/x-amz-json-1.0")
                .header("x-amz-target", "DynamoDB_20120810." + action)
                .header(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20261124/eu-central-1/dynamodb/aws4_request, "
                                + "SignedHeaders=host, Signature=none")
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

    private static boolean connects(Inet4Address address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
