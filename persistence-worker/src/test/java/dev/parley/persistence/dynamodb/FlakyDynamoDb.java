package dev.parley.persistence.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.utils.IoUtils;

/**
 * An interceptor that injects faults which DynamoDB Local does not produce: throttled calls, and unprocessed items in a
 * batch.
 */
final class FlakyDynamoDb implements ExecutionInterceptor {
    private static final ExecutionAttribute<List<WriteRequest>> HELD_BACK = new ExecutionAttribute<>("heldBack");
    private static final ExecutionAttribute<Boolean> THROTTLED = new ExecutionAttribute<>("throttled");
    private static final String THROTTLING = """
            {"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Slow down."}""";

    /** The operations whose next call is throttled, once each. */
    final Queue<Predicate<SdkRequest>> throttled = new ConcurrentLinkedQueue<>();

    /** The number of items to process of each of the next batches; the others stay unprocessed. */
    final Queue<Integer> processed = new ConcurrentLinkedQueue<>();

    final AtomicInteger batches = new AtomicInteger();

    /** An action that runs once, just before items are written. */
    volatile Runnable beforeNextWrite = () -> {};

    /** An action that runs once, just before a query. */
    volatile Runnable beforeNextQuery = () -> {};

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        if (context.request() instanceof QueryRequest) {
            Runnable now = beforeNextQuery;
            beforeNextQuery = () -> {};
            now.run();
        }
        Predicate<SdkRequest> next = throttled.peek();
        if (next != null && next.test(context.request())) {
            throttled.remove();
            attributes.putAttribute(THROTTLED, true);
        }
        return context.request() instanceof BatchWriteItemRequest batch
                ? heldBack(batch, attributes)
                : context.request();
    }

    /** Replaces the request by one that the server refuses. */
    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        return isThrottled(attributes)
                ? context.httpRequest().toBuilder()
                        .putHeader("X-Amz-Target", "DynamoDB_20120810.Nothing")
                        .build()
                : context.httpRequest();
    }

    @Override
    public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        return isThrottled(attributes)
                ? context.httpResponse().toBuilder()
                        .statusCode(400)
                        .putHeader("Content-Length", Integer.toString(THROTTLING.length()))
                        .removeHeader("x-amz-crc32")
                        .build()
                : context.httpResponse();
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        if (!isThrottled(attributes)) {
            return context.responseBody();
        }
        // Else its connection would stay in use.
        context.responseBody().ifPresent(IoUtils::drainInputStream);
        return Optional.of(new ByteArrayInputStream(THROTTLING.getBytes(UTF_8)));
    }

    private static boolean isThrottled(ExecutionAttributes attributes) {
        return attributes.getOptionalAttribute(THROTTLED).orElse(false);
    }

    private SdkRequest heldBack(BatchWriteItemRequest batch, ExecutionAttributes attributes) {
        batches.incrementAndGet();
        Runnable now = beforeNextWrite;
        beforeNextWrite = () -> {};
        now.run();
        Integer limit = processed.poll();
        String table = batch.requestItems().keySet().iterator().next();
        List<WriteRequest> items = batch.requestItems().getOrDefault(table, List.of());
        if (limit == null || limit >= items.size()) {
            return batch;
        }
        attributes.putAttribute(HELD_BACK, new ArrayList<>(items.subList(limit, items.size())));
        return batch.toBuilder()
                .requestItems(Map.of(table, items.subList(0, limit)))
                .build();
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        List<WriteRequest> heldBack = attributes.getAttribute(HELD_BACK);
        if (heldBack == null || !(context.response() instanceof BatchWriteItemResponse response)) {
            return context.response();
        }
        String table = ((BatchWriteItemRequest) context.request())
                .requestItems()
                .keySet()
                .iterator()
                .next();
        return response.toBuilder().unprocessedItems(Map.of(table, heldBack)).build();
    }
}
