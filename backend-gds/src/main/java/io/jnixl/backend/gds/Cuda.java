// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The GPUs of this machine, with errors in words. The control path; thread-safe. The driver is there already. */
final class Cuda {
    private static final int NAME_ROOM = 128;

    private Cuda() {}

    /** Such as {@code CUDA error 100 (CUDA_ERROR_NO_DEVICE, no CUDA-capable device is detected)}. */
    static String text(int result) {
        return "CUDA error " + result + " (" + words(result) + ")";
    }

    private static String words(int result) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ADDRESS);
            String name = CudaNative.errorName(result, pointer);
            return name.isEmpty() ? "unknown to the driver" : name + ", " + CudaNative.errorText(result, pointer);
        }
    }

    /** An error of the driver's. */
    static NixlException failed(String backend, ErrorCode category, String what, int result, String remedy) {
        return NixlException.of(category, what)
                .backend(backend)
                .nativeError(result, words(result))
                .remedy(remedy)
                .build();
    }

    private static void require(int result, String backend, String what) {
        if (result != 0) {
            throw failed(backend, ErrorCode.BACKEND, what, result, "nvidia-smi shows the state of the GPUs");
        }
    }

    /** Initialises the driver, for the process's life; answers its result. */
    static int start() {
        return CudaNative.init();
    }

    /** Such as {@code 13.2}. */
    static String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocate(JAVA_INT);
            int result = CudaNative.driverVersion(version);
            return result == 0
                    ? GdsProbe.decode(version.get(JAVA_INT, 0))
                    : "of unknown version (error " + result + ")";
        }
    }

    /** The names of the GPUs, by ordinal. */
    static List<String> names() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_INT);
            int count = CudaNative.deviceCount(answer) == 0 ? answer.get(JAVA_INT, 0) : 0;
            List<String> names = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                names.add(CudaNative.device(answer, i) == 0 ? name(answer.get(JAVA_INT, 0), arena) : "unknown");
            }
            return names;
        }
    }

    private static String name(int device, Arena arena) {
        MemorySegment room = arena.allocate(NAME_ROOM);
        return CudaNative.deviceName(room, NAME_ROOM, device) == 0 ? NativeCalls.text(room, NAME_ROOM) : "unknown";
    }

    /** The device of an ordinal, for {@link #retain} and {@link #release}. */
    static int device(String backend, long ordinal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment device = arena.allocate(JAVA_INT);
            boolean fits = ordinal >= 0 && ordinal <= Integer.MAX_VALUE;
            int result = fits ? CudaNative.device(device, (int) ordinal) : CudaNative.ERROR_INVALID_DEVICE;
            if (result != 0) {
                List<String> names = names();
                throw failed(
                        backend,
                        ErrorCode.INVALID_PARAM,
                        "there is no GPU " + Long.toUnsignedString(ordinal) + "; there are " + names.size() + ": "
                                + String.join(", ", names),
                        result,
                        "name one from 0 on; CUDA_VISIBLE_DEVICES says which this process sees");
            }
            return device.get(JAVA_INT, 0);
        }
    }

    /** The primary context of a device, which lives until it is released as often. */
    static long retain(String backend, int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(JAVA_LONG);
            require(CudaNative.retain(context, device), backend, "GPU " + device + " gives no context");
            return context.get(JAVA_LONG, 0);
        }
    }

    static int release(int device) {
        return CudaNative.release(device);
    }

    /** Refuses memory that is not of this device. */
    static void requireDeviceMemory(String backend, String what, long address, int device, long context) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_INT);
            int result = (int) within(
                    backend, context, () -> CudaNative.attribute(answer, CudaNative.ATTRIBUTE_MEMORY_TYPE, address));
            boolean isDevice = result == 0 && answer.get(JAVA_INT, 0) == CudaNative.MEMORY_TYPE_DEVICE;
            if (!isDevice) {
                throw failed(
                        backend,
                        ErrorCode.INVALID_PARAM,
                        what + " is not memory of a GPU",
                        result == 0 ? CudaNative.ERROR_INVALID_VALUE : result,
                        "register host memory as DRAM, or give an address that the CUDA driver has allocated");
            }
            result = (int) within(
                    backend, context, () -> CudaNative.attribute(answer, CudaNative.ATTRIBUTE_DEVICE_ORDINAL, address));
            if (result == 0 && answer.get(JAVA_INT, 0) != device) {
                throw failed(
                        backend,
                        ErrorCode.INVALID_PARAM,
                        what + " is memory of GPU " + answer.get(JAVA_INT, 0),
                        CudaNative.ERROR_INVALID_DEVICE,
                        "register it with that device");
            }
        }
    }

    /** Calls with a context, and gives the calling thread its own back. With context 0, as it is. */
    static long within(String backend, long context, LongSupplier call) {
        if (context == 0) {
            return call.getAsLong();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment before = arena.allocate(JAVA_LONG);
            require(CudaNative.current(before), backend, "the CUDA driver does not say this thread's context");
            require(CudaNative.setCurrent(context), backend, "a CUDA context cannot be entered");
            try {
                return call.getAsLong();
            } finally {
                var _ = CudaNative.setCurrent(before.get(JAVA_LONG, 0));
            }
        }
    }
}
