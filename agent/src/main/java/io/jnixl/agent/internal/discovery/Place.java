// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/** The jar or folder that something lies in, written one way, however the JDK came to tell it. */
final class Place {
    static final String UNKNOWN = "unknown place";

    private Place() {}

    /** The jar or folder of a resource: {@code jar:file:/a/b.jar!/META-INF/x} lies in {@code /a/b.jar}. */
    static String of(URL resource, String path) {
        String text = resource.toString();
        String place = text.endsWith(path) ? text.substring(0, text.length() - path.length()) : text;
        if (place.startsWith("jar:") && place.endsWith("!/")) {
            place = place.substring("jar:".length(), place.length() - "!/".length());
        }
        return of(place);
    }

    static String of(Optional<URI> location) {
        return location.map(uri -> of(uri.toString())).orElse(UNKNOWN);
    }

    /** Where a class was loaded from. */
    static String of(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? UNKNOWN
                : of(source.getLocation().toString());
    }

    /** A path for files, the text itself for anything else. */
    private static String of(String place) {
        try {
            URI uri = new URI(place);
            if ("file".equals(uri.getScheme())) {
                return Path.of(uri).toString();
            }
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return place;
        }
        return place.endsWith("/") ? place.substring(0, place.length() - 1) : place;
    }
}
