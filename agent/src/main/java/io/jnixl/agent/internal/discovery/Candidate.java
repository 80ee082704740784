// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import io.jnixl.spi.BackendProvider;
import org.jspecify.annotations.Nullable;

/**
 * A class that is said to be a provider, loaded and not initialized.
 *
 * @param type the class
 * @param place the jar or folder that lists it
 * @param origin the same in a user's words
 * @param manifest the manifest beside it
 * @param maker makes an instance
 */
record Candidate(Class<?> type, String place, String origin, ManifestReader manifest, Maker maker) {

    /** Runs the constructor. */
    @FunctionalInterface
    interface Maker {
        BackendProvider make() throws Exception;
    }

    /** What keeps it from being instantiated, or null. */
    @Nullable
    Diagnosis obstacle() {
        if (BackendProvider.class.isAssignableFrom(type)) {
            return SpiCheck.check(type, manifest);
        }
        return new Diagnosis(
                "class " + type.getName() + " is no " + BackendProvider.class.getName() + twin(),
                "have it implement BackendProvider, or take it out of the list of providers");
    }

    /** Two copies of the SPI in one program look alike in messages; say so. */
    private String twin() {
        for (Class<?> superType = type; superType != null; superType = superType.getSuperclass()) {
            for (Class<?> implemented : superType.getInterfaces()) {
                if (implemented.getName().equals(BackendProvider.class.getName())) {
                    return " of this agent: it implements one that " + Place.of(implemented) + " holds";
                }
            }
        }
        return "";
    }
}
