// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The samples are built without a network from what this build has downloaded, so they name the same versions; and the version of
 * jnixl that is built here.
 */
class SamplePomsTest {
    private static final Pattern ARTIFACT =
            Pattern.compile("<artifactId>([a-z.-]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern PROPERTY = Pattern.compile("<([a-z.]+\\.version)>([^<]+)</");

    @ParameterizedTest
    @ValueSource(strings = {"sample-backend", "sample-application"})
    void pluginsAndVersionsAreOurs(String sample) throws IOException {
        Map<String, String> ours = versions("pom.xml");
        ours.put("jnixl.version", ours.get("jnixl"));
        Map<String, String> theirs = versions("it-tests/" + sample + "/pom.xml");
        theirs.keySet().removeAll(List.of("zipstore", "application", "jnixl-bom"));
        assertThat(theirs).containsKey("maven-compiler-plugin").containsKey("jnixl.version");
        assertThat(ours).containsAllEntriesOf(theirs);
    }

    /** By artifact, and by property. */
    private static Map<String, String> versions(String pom) throws IOException {
        String text = Files.readString(Maven.ROOT.resolve(pom));
        Map<String, String> versions = new TreeMap<>();
        for (Pattern pattern : new Pattern[] {PROPERTY, ARTIFACT}) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                String version = matcher.group(2);
                versions.put(
                        matcher.group(1),
                        version.startsWith("${")
                                ? versions.getOrDefault(version.substring(2, version.length() - 1), version)
                                : version);
            }
        }
        return versions;
    }
}
