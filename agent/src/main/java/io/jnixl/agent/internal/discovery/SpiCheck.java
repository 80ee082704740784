// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.spi.SpiVersion;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Compares the version of the SPI that a provider was compiled against with ours, without running any of its code. */
final class SpiCheck {
    private SpiCheck() {}

    /** What is wrong with the version of a provider's class, or null when it fits. */
    static @Nullable Diagnosis check(Class<?> provider, ManifestReader manifest) {
        SpiVersion annotation = provider.getAnnotation(SpiVersion.class);
        return annotation != null ? compare(annotation.value()) : checkManifest(manifest, true);
    }

    /**
     * What the manifest says against a provider, or null when it says nothing: the better reason when a class made for
     * another version does not even load.
     */
    static @Nullable Diagnosis checkManifest(ManifestReader manifest) {
        return checkManifest(manifest, false);
    }

    private static @Nullable Diagnosis checkManifest(ManifestReader manifest, boolean needed) {
        String text;
        try {
            text = manifest.attribute(SpiVersion.MANIFEST_ATTRIBUTE);
        } catch (IOException e) {
            return needed ? absent() : null;
        }
        if (text == null) {
            return needed ? absent() : null;
        }
        try {
            return compare(Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return new Diagnosis(
                    "its manifest attribute " + SpiVersion.MANIFEST_ATTRIBUTE + " is \"" + Shown.text(text)
                            + "\", not a number",
                    "have it built with " + SpiVersion.MANIFEST_ATTRIBUTE + ": " + SpiVersion.CURRENT);
        }
    }

    /** What is wrong with a version, or null. */
    static @Nullable Diagnosis compare(int version) {
        if (version == SpiVersion.CURRENT) {
            return null;
        }
        String reason =
                "it is compiled against SPI version " + version + ", this agent has version " + SpiVersion.CURRENT;
        return new Diagnosis(
                reason,
                version > SpiVersion.CURRENT
                        ? "upgrade jnixl-agent, jnixl-spi and jnixl-api, or take an older version of the backend"
                        : "upgrade the backend");
    }

    static Diagnosis absent() {
        return new Diagnosis(
                "it does not say which SPI version it is compiled against; this agent has version "
                        + SpiVersion.CURRENT,
                "upgrade the backend; its author puts @SpiVersion(SpiVersion.CURRENT) on the provider class");
    }
}
