// SPDX-License-Identifier: Apache-2.0
package io.jnixl.testsupport;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs native libraries or programs: skipped where one is missing, failed where {@code -Drequire.native} names it.
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

    /** A native library, or a program, that tests know of. */
    enum Native {
        /** UCX. */
        UCX("libucp.so.0"),
        /** liburing. */
        URING("liburing.so.2"),
        /** The server of etcd, a program on the PATH. */
        ETCD("etcd");

        private final String file;

        Native(String file) {
            this.file = file;
        }

        /** The library's soname, or the program's name. */
        String file() {
            return file;
        }

        boolean isLibrary() {
            return file.contains(".so");
        }
    }
}
