// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The version of this interface that a provider was compiled against: every provider class carries
 * {@code @SpiVersion(SpiVersion.CURRENT)}. The compiler copies the number into the author's class file, so that an agent of
 * another version can tell before it calls anything.
 *
 * <p>A provider without it may say {@code Jnixl-Spi-Version} in its jar's manifest instead; one with neither is refused.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface SpiVersion {
    /** The version that this module defines; it grows when an implementation of the former one would no longer work. */
    int CURRENT = 1;

    /** The manifest attribute that stands for the annotation. */
    String MANIFEST_ATTRIBUTE = "Jnixl-Spi-Version";

    /** The version compiled against. */
    int value();
}
