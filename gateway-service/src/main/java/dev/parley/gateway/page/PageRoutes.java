package dev.parley.gateway.page;

import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The addresses of the page. */
public final class PageRoutes {
    private PageRoutes() {}

    public static RouterFunction<ServerResponse> of(PageHandler page) {
        return route().GET("/", page::index)
                .HEAD("/", page::index)
                .GET("/assets/{version}/{*name}", page::asset)
                .GET("/page/config.json", page::config)
                .build();
    }
}
