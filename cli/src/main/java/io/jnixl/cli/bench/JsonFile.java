// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run for programs, and for reports later. Field names are a promise: docs/bench.md lists them. */
final class JsonFile {
    /** Grows when a field goes or changes its meaning; new fields leave it as it is. */
    static final int SCHEMA = 1;

    private static final long LONGEST = 256L << 20;

    private static final JSON WRITER = JSON.builder(JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .enable(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .build();

    private JsonFile() {}

    static String render(RunReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("label", report.label());
        json.put("started", report.started());
        json.put("operation", report.operation());
        json.put("backend", report.backend());
        json.put("far", report.far());
        json.put("machine", report.machine());
        json.put("options", report.options());
        json.put("cases", report.cases().stream().map(JsonFile::figures).toList());
        try {
            return WRITER.asString(json) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> figures(Figures figures) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("block_bytes", figures.block());
        json.put("batch", figures.batch());
        json.put("posts_per_thread", figures.iterations());
        json.put("seconds", figures.seconds());
        json.put("gb_per_s", figures.bandwidth());
        json.put("avg_latency_us", figures.averageLatency());
        json.put("prep_us", times(figures.preparing()));
        json.put("post_us", times(figures.posting()));
        json.put("tx_us", times(figures.moving()));
        json.put("latency_us", times(figures.latency()));
        json.put(
                "latency_distribution",
                figures.distribution().stream()
                        .map(point -> List.of(point.percent(), point.micros()))
                        .toList());
        json.put("verdict", figures.verdict());
        return json;
    }

    private static Map<String, Object> times(Times times) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", times.count());
        json.put("mean", times.mean());
        json.put("min", times.min());
        json.put("p50", times.p50());
        json.put("p90", times.p90());
        json.put("p99", times.p99());
        json.put("p99_9", times.p999());
        json.put("max", times.max());
        return json;
    }

    /**
     * Reads a file of a run, which may be anything.
     *
     * @throws RunFailure saying what is wrong with it
     */
    static RunReport read(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new IllegalArgumentException("it is longer than " + LONGEST + " bytes");
            }
            @Nullable Map<String, Object> map = JSON.std.mapFrom(Files.readAllBytes(file));
            if (map == null) {
                throw new IllegalArgumentException("it is null");
            }
            return parse(map);
        } catch (JacksonException e) {
            throw RunFailure.error(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw RunFailure.error(file + " is no result of jnixl bench: " + e.getMessage(), e);
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    private static RunReport parse(Map<String, Object> map) {
        JsonFields json = new JsonFields("", map);
        if (json.number("schema") != SCHEMA) {
            throw new IllegalArgumentException("its schema is " + json.number("schema") + ", not " + SCHEMA);
        }
        return new RunReport(
                json.text("label"),
                json.text("started"),
                json.text("operation"),
                json.text("backend"),
                json.text("far"),
                json.texts("machine"),
                json.texts("options"),
                json.objects("cases").stream().map(JsonFile::figures).toList());
    }

    private static Figures figures(JsonFields json) {
        if (json.number("block_bytes") < 1 || json.number("batch") < 1) {
            throw new IllegalArgumentException("a case has no block or no batch");
        }
        return new Figures(
                (long) json.number("block_bytes"),
                (int) json.number("batch"),
                (int) json.number("posts_per_thread"),
                json.number("seconds"),
                json.number("gb_per_s"),
                json.number("avg_latency_us"),
                times(json.object("prep_us")),
                times(json.object("post_us")),
                times(json.object("tx_us")),
                times(json.object("latency_us")),
                json.pairs("latency_distribution").stream()
                        .map(pair -> new Figures.Point(pair[0], pair[1]))
                        .toList(),
                json.text("verdict"));
    }

    private static Times times(JsonFields json) {
        return new Times(
                (long) json.number("count"),
                json.number("mean"),
                json.number("min"),
                json.number("p50"),
                json.number("p90"),
                json.number("p99"),
                json.number("p99_9"),
                json.number("max"));
    }
}
