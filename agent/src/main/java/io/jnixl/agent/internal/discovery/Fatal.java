// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

/**
 * Which errors foreign code may not be blamed for.
 *
 * @since 0.1
 */
public final class Fatal {
    private Fatal() {}

    /**
     * Throws errors of the virtual machine, out of memory say, onwards. An overflowing stack is the provider's own doing
     * and over once caught.
     */
    public static void rethrow(Throwable caught) {
        if (caught instanceof VirtualMachineError error && !(caught instanceof StackOverflowError)) {
            throw error;
        }
    }
}
