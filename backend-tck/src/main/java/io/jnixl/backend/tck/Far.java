// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.RegionHandle;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The far side of a transfer, which the contract fills and looks at on a way of its own where there is one. */
sealed interface Far {
    /** By which transfers name it. */
    RegionHandle handle();

    /** Of its first byte. */
    long address();

    /** All of it. */
    byte[] content();

    /** Overwrites all of it. */
    void content(byte[] bytes);

    /** Memory of this process. */
    record Memory(RegionHandle handle, MemorySegment segment) implements Far {
        @Override
        public long address() {
            return segment.address();
        }

        @Override
        public byte[] content() {
            return segment.toArray(ValueLayout.JAVA_BYTE);
        }

        @Override
        public void content(byte[] bytes) {
            MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        }
    }

    /** Storage that others can read as well. */
    record Store(RegionHandle handle, Storage.Visible storage, int number, int size) implements Far {
        @Override
        public long address() {
            return 0;
        }

        @Override
        public byte[] content() {
            return storage.read(number, size);
        }

        @Override
        public void content(byte[] bytes) {
            storage.write(number, bytes);
        }
    }

    /** Storage that only the backend itself can reach. */
    record Hidden(RegionHandle handle, Rig rig, Near scratch) implements Far {
        @Override
        public long address() {
            return 0;
        }

        @Override
        public byte[] content() {
            move(Operation.READ);
            return scratch.content();
        }

        @Override
        public void content(byte[] bytes) {
            scratch.content(bytes);
            move(Operation.WRITE);
        }

        private void move(Operation operation) {
            Xfer xfer = rig.xfer(operation, scratch, this, 1)
                    .add(scratch.address(), 0, scratch.segment().byteSize());
            Status status = xfer.post().end();
            if (status != Status.SUCCESS) {
                throw new AssertionError("a " + operation + " of all of a store ended with " + status + " "
                        + xfer.outcome().message());
            }
        }
    }
}
