// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report for programs. Field names are a promise: docs/doctor.md lists them, and a test compares. */
final class JsonReport {
    /** Grows when a field goes or changes its meaning; new fields leave it as it is. */
    static final int SCHEMA = 1;

    // ASCII only: the output is right whatever encoding standard output has.
    private static final JSON WRITER = JSON.builder(JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .enable(JSON.Feature.PRETTY_PRINT_OUTPUT, JSON.Feature.WRITE_NULL_PROPERTIES)
            .build();

    private JsonReport() {}

    static String render(Report report) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("schema", SCHEMA);
        json.put("ok", report.ok());
        json.put("version", report.version());
        json.put("java", java(report.platform()));
        json.put("system", system(report.platform()));
        json.put(
                "backends",
                report.backends().stream()
                        .map(b -> backend(b, report.traits(b)))
                        .toList());
        json.put("settings", report.settings().stream().map(JsonReport::setting).toList());
        json.put("warnings", report.warnings());
        json.put("error", report.error() == null ? null : error(report.error()));
        return render(json);
    }

    /** One object, pretty, with a line end. */
    static String render(Map<String, ? extends @Nullable Object> json) {
        try {
            return WRITER.asString(json) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> java(Platform platform) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", platform.java());
        json.put("vendor", platform.vendor());
        json.put("vm", platform.vm());
        return json;
    }

    private static Map<String, Object> system(Platform platform) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", platform.system());
        json.put("version", platform.release());
        json.put("arch", platform.arch());
        json.put("supported", platform.supported());
        json.put("note", platform.note());
        return json;
    }

    private static Map<String, Object> backend(BackendInfo backend, Map<String, String> traits) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", backend.name());
        json.put("state", backend.state().name());
        json.put("kinds", backend.kinds().stream().sorted().map(Enum::name).toList());
        json.put("version", backend.version());
        json.put("features", backend.features());
        json.put("traits", traits.entrySet().stream().map(JsonReport::trait).toList());
        json.put("reason", backend.reason());
        json.put("remedy", backend.remedy());
        json.put("origin", backend.origin());
        return json;
    }

    private static Map<String, Object> trait(Map.Entry<String, String> trait) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", trait.getKey());
        json.put("value", trait.getValue());
        return json;
    }

    static Map<String, Object> setting(Setting setting) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", setting.key());
        json.put("value", setting.value());
        json.put("origin", setting.origin());
        return json;
    }

    static Map<String, @Nullable Object> error(NixlException error) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("code", error.code().name());
        json.put("message", error.getMessage());
        json.put("backend", error.backend());
        json.put("remedy", error.remedy());
        return json;
    }
}
