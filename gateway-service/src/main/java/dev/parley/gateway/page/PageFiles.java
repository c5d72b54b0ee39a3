package dev.parley.gateway.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.parley.contracts.Gzip;
import dev.parley.contracts.Sha256;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.MediaType;

/**
 * All files of the page, read and compressed at startup: about 0.5 MB. One version, a digest of all files, is part of
 * their addresses: browsers may cache them forever, and modules use relative names without a version.
 */
public final class PageFiles {
    private static final String ROOT = "page/";
    private static final String INDEX = "index.html";
    private static final int VERSION_DIGITS = 20;

    private static final List<Library> LIBRARIES = List.of(
            new Library("org.mvnpm", "markdown-it", "_static", "dist/markdown-it.min.js"),
            new Library("org.mvnpm", "dompurify", "_static", "dist/purify.min.js"),
            new Library("org.webjars", "highlightjs", "webjars", "highlight.min.js"));

    private static final Map<String, MediaType> TYPES = Map.of(
            "html", MediaType.parseMediaType("text/html;charset=utf-8"),
            "css", MediaType.parseMediaType("text/css;charset=utf-8"),
            "js", MediaType.parseMediaType("text/javascript;charset=utf-8"),
            "svg", MediaType.parseMediaType("image/svg+xml"));

    /**
     * A file, plain and compressed, in direct memory. Each response has a duplicate, so that a client that does not read takes no
     * memory of its own.
     */
    record PageFile(MediaType type, ByteBuf plain, ByteBuf gzip) {
        static PageFile of(String name, byte[] bytes) {
            MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            if (type == null) {
                throw new IllegalArgumentException("no media type for the page file " + name);
            }
            return new PageFile(type, shared(bytes), shared(Gzip.pack(bytes)));
        }

        private static ByteBuf shared(byte[] bytes) {
            return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()));
        }
    }

    private final Map<String, PageFile> files = new HashMap<>();
    private final PageFile index;
    private final String version;

    private PageFiles(SortedMap<String, byte[]> contents) {
        this.version = digest(contents);
        this.index = index(contents);
        contents.forEach((name, bytes) -> files.put(name, PageFile.of(name, bytes)));
    }

    public static PageFiles read() {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        var resolver = new PathMatchingResourcePatternResolver();
        try {
            for (Resource file : resolver.getResources("classpath:" + ROOT + "**/*.*")) {
                String path = file.getURL().getPath();
                contents.put(
                        path.substring(path.lastIndexOf("/" + ROOT) + ROOT.length() + 1), file.getContentAsByteArray());
            }
            for (Library library : LIBRARIES) {
                contents.put(library.name(), library.read());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the files of the page cannot be read", e);
        }
        return new PageFiles(contents);
    }

    String version() {
        return version;
    }

    PageFile index() {
        return index;
    }

    /** The file of this name, such as {@code script/main.js}. */
    Optional<PageFile> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    /** The page with the addresses of its files, and a preload of every module so that they load in parallel. */
    private PageFile index(SortedMap<String, byte[]> contents) {
        String template = new String(requireNonNull(contents.remove(INDEX), INDEX), UTF_8);
        String preloads = contents.keySet().stream()
                .filter(file -> file.startsWith("script/"))
                .map(file -> "  <link rel=\"modulepreload\" href=\"{{assets}}/" + file + "\">")
                .collect(joining("\n"));
        String page = template.replace("{{modules}}", preloads).replace("{{assets}}", "/assets/" + version);
        return PageFile.of(INDEX, page.getBytes(UTF_8));
    }

    private static String digest(SortedMap<String, byte[]> contents) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        contents.forEach((name, bytes) -> {
            all.writeBytes(name.getBytes(UTF_8));
            all.writeBytes(bytes);
        });
        return Sha256.of(all.toByteArray()).substring(0, VERSION_DIGITS);
    }

    /**
     * A library of the page in a jar of files for browsers.
     *
     * @param root the directory of such jars below {@code META-INF/resources}
     * @param file the path of the file below the directory of the version
     */
    private record Library(String group, String artifact, String root, String file) {
        String name() {
            return "vendor/" + file.substring(file.lastIndexOf('/') + 1);
        }

        byte[] read() throws IOException {
            Properties pom = PropertiesLoaderUtils.loadProperties(
                    new ClassPathResource("META-INF/maven/" + group + "/" + artifact + "/pom.properties"));
            return new ClassPathResource(String.join(
                            "/",
                            "META-INF/resources",
                            root,
                            artifact,
                            requireNonNull(pom.getProperty("version"), artifact),
                            file))
                    .getContentAsByteArray();
        }
    }
}
