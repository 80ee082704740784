// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

/** The CUDA context of a worker's thread, as far as that is known. One thread. */
final class CurrentContext {
    private long known;
    private boolean entered;

    /** Gives the thread this context, which stays with it; 0 for any. Answers CUDA's result. */
    int enter(long wanted) {
        if (wanted == 0 || wanted == known) {
            return 0;
        }
        entered = true;
        int result = CudaNative.setCurrent(wanted);
        known = result == 0 ? wanted : 0;
        return result;
    }

    /** After others had the thread, who may have given it another. */
    void forget() {
        known = 0;
    }

    /** Leaves the thread without a context. */
    void leave() {
        if (entered) {
            var _ = CudaNative.setCurrent(0);
        }
    }
}
