// SPDX-License-Identifier: Apache-2.0
package io.jnixl.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs native libraries: skipped where one is missing, failed where {@code -Drequire.native} names it.
 *
 * @since 0.1
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NativeCondition.class)
public @interface NeedsNative {
    /** Which ones. */
    Native[] value();

    /** A native library that tests know of. */
    enum Native {
        /** UCX. */
        UCX("libucp.so.0"),
        /** liburing. */
        URING("liburing.so.2");

        private final String soname;

        Native(String soname) {
            this.soname = soname;
        }

        String soname() {
            return soname;
        }
    }
}
