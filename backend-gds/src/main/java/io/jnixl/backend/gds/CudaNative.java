// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The functions of the CUDA driver that this backend calls, and the constants of {@code cuda.h} that they need; a test compares
 * the constants with a header. The functions answer a {@code CUresult}, 0 for success. Bound when first used.
 */
final class CudaNative {
    /** The system property that names another file than {@link #SONAME}. */
    static final String PROPERTY = "jnixl.cuda.library";

    static final String SONAME = "libcuda.so.1";

    static final List<String> SYMBOLS = List.of(
            "cuInit",
            "cuDriverGetVersion",
            "cuDeviceGetCount",
            "cuDeviceGet",
            "cuDeviceGetName",
            "cuDevicePrimaryCtxRetain",
            "cuDevicePrimaryCtxRelease_v2",
            "cuCtxGetCurrent",
            "cuCtxSetCurrent",
            "cuCtxSynchronize",
            "cuMemAlloc_v2",
            "cuMemFree_v2",
            "cuMemcpyHtoD_v2",
            "cuMemcpyDtoH_v2",
            "cuPointerGetAttribute",
            "cuGetErrorName",
            "cuGetErrorString");

    /** What streams and events need besides; nothing else here does. */
    static final List<String> STREAM_SYMBOLS = List.of(
            "cuStreamCreate",
            "cuStreamSynchronize",
            "cuStreamDestroy_v2",
            "cuMemcpyHtoDAsync_v2",
            "cuMemcpyDtoHAsync_v2",
            "cuEventCreate",
            "cuEventRecord",
            "cuEventQuery",
            "cuEventSynchronize",
            "cuEventDestroy_v2");

    static final int ERROR_INVALID_VALUE = 1;
    static final int ERROR_INVALID_DEVICE = 101;
    static final int ERROR_NOT_READY = 600;
    static final int STREAM_NON_BLOCKING = 1;
    static final int EVENT_DISABLE_TIMING = 2;
    static final int ATTRIBUTE_MEMORY_TYPE = 2;
    static final int ATTRIBUTE_DEVICE_ORDINAL = 9;
    static final int MEMORY_TYPE_DEVICE = 2;

    private static final int TEXT_LIMIT = 256;

    private CudaNative() {}

    /** The file to load. */
    static String soname() {
        return System.getProperty(PROPERTY, SONAME);
    }

    private static final class Handles {
        private static final NativeLibrary.Found LIBRARY = library();
        static final MethodHandle INIT = bind("cuInit", JAVA_INT);
        static final MethodHandle DRIVER_VERSION = bind("cuDriverGetVersion", ADDRESS);
        static final MethodHandle DEVICE_COUNT = bind("cuDeviceGetCount", ADDRESS);
        static final MethodHandle DEVICE = bind("cuDeviceGet", ADDRESS, JAVA_INT);
        static final MethodHandle DEVICE_NAME = bind("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
        static final MethodHandle RETAIN = bind("cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT);
        static final MethodHandle RELEASE = bind("cuDevicePrimaryCtxRelease_v2", JAVA_INT);
        static final MethodHandle GET_CURRENT = bind("cuCtxGetCurrent", ADDRESS);
        static final MethodHandle SET_CURRENT = bind("cuCtxSetCurrent", JAVA_LONG);
        static final MethodHandle SYNCHRONIZE = bind("cuCtxSynchronize");
        static final MethodHandle ALLOCATE = bind("cuMemAlloc_v2", ADDRESS, JAVA_LONG);
        static final MethodHandle FREE = bind("cuMemFree_v2", JAVA_LONG);
        static final MethodHandle TO_DEVICE = bind("cuMemcpyHtoD_v2", JAVA_LONG, ADDRESS, JAVA_LONG);
        static final MethodHandle TO_HOST = bind("cuMemcpyDtoH_v2", ADDRESS, JAVA_LONG, JAVA_LONG);
        static final MethodHandle ATTRIBUTE = bind("cuPointerGetAttribute", ADDRESS, JAVA_INT, JAVA_LONG);
        static final MethodHandle ERROR_NAME = bind("cuGetErrorName", JAVA_INT, ADDRESS);
        static final MethodHandle ERROR_TEXT = bind("cuGetErrorString", JAVA_INT, ADDRESS);

        private static NativeLibrary.Found library() {
            if (NativeLibrary.open(soname(), SYMBOLS) instanceof NativeLibrary.Found library) {
                return library;
            }
            throw new IllegalStateException(soname() + " was there, and is not any more");
        }

        private static MethodHandle bind(String symbol, MemoryLayout... arguments) {
            return LIBRARY.function(symbol, FunctionDescriptor.of(JAVA_INT, arguments));
        }
    }

    /** Apart, so that a driver without them is good for all the rest. */
    private static final class Streams {
        static final MethodHandle CREATE = Handles.bind("cuStreamCreate", ADDRESS, JAVA_INT);
        static final MethodHandle WAIT = Handles.bind("cuStreamSynchronize", JAVA_LONG);
        static final MethodHandle DESTROY = Handles.bind("cuStreamDestroy_v2", JAVA_LONG);
        static final MethodHandle TO_DEVICE =
                Handles.bind("cuMemcpyHtoDAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle TO_HOST =
                Handles.bind("cuMemcpyDtoHAsync_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        static final MethodHandle CREATE_EVENT = Handles.bind("cuEventCreate", ADDRESS, JAVA_INT);
        static final MethodHandle RECORD = Handles.bind("cuEventRecord", JAVA_LONG, JAVA_LONG);
        static final MethodHandle QUERY = Handles.bind("cuEventQuery", JAVA_LONG);
        static final MethodHandle WAIT_FOR_EVENT = Handles.bind("cuEventSynchronize", JAVA_LONG);
        static final MethodHandle DESTROY_EVENT = Handles.bind("cuEventDestroy_v2", JAVA_LONG);
    }

    static int init() {
        try {
            return (int) Handles.INIT.invokeExact(0);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** The version of CUDA that the driver was made for, an int. */
    static int driverVersion(MemorySegment version) {
        return into(Handles.DRIVER_VERSION, version);
    }

    static int deviceCount(MemorySegment count) {
        return into(Handles.DEVICE_COUNT, count);
    }

    private static int into(MethodHandle call, MemorySegment answer) {
        try {
            return (int) call.invokeExact(answer);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** The device of an ordinal, an int. */
    static int device(MemorySegment device, int ordinal) {
        try {
            return (int) Handles.DEVICE.invokeExact(device, ordinal);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static int deviceName(MemorySegment name, int room, int device) {
        try {
            return (int) Handles.DEVICE_NAME.invokeExact(name, room, device);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Counts one more user of a device's primary context, a pointer. */
    static int retain(MemorySegment context, int device) {
        try {
            return (int) Handles.RETAIN.invokeExact(context, device);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static int release(int device) {
        try {
            return (int) Handles.RELEASE.invokeExact(device);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** The calling thread's context, a pointer, null without one. */
    static int current(MemorySegment context) {
        return into(Handles.GET_CURRENT, context);
    }

    /** Gives the calling thread a context; 0 for none. */
    static int setCurrent(long context) {
        try {
            return (int) Handles.SET_CURRENT.invokeExact(context);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Waits until all that the current context was told to do is done. */
    static int synchronize() {
        try {
            return (int) Handles.SYNCHRONIZE.invokeExact();
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Memory of the current context's device, a pointer. */
    static int allocate(MemorySegment pointer, long bytes) {
        try {
            return (int) Handles.ALLOCATE.invokeExact(pointer, bytes);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static int free(long pointer) {
        try {
            return (int) Handles.FREE.invokeExact(pointer);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** May return before the bytes are there, when they have left pageable host memory. */
    static int copyToDevice(long to, MemorySegment from, long bytes) {
        try {
            return (int) Handles.TO_DEVICE.invokeExact(to, from, bytes);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static int copyToHost(MemorySegment to, long from, long bytes) {
        try {
            return (int) Handles.TO_HOST.invokeExact(to, from, bytes);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** What the driver knows of a pointer; an int for the attributes here. */
    static int attribute(MemorySegment answer, int attribute, long pointer) {
        try {
            return (int) Handles.ATTRIBUTE.invokeExact(answer, attribute, pointer);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** A result's name, such as {@code CUDA_ERROR_NO_DEVICE}; empty when the driver knows none. */
    static String errorName(int result, MemorySegment pointer) {
        return text(Handles.ERROR_NAME, result, pointer);
    }

    /** A result in words, likewise. */
    static String errorText(int result, MemorySegment pointer) {
        return text(Handles.ERROR_TEXT, result, pointer);
    }

    private static String text(MethodHandle call, int result, MemorySegment pointer) {
        try {
            int answer = (int) call.invokeExact(result, pointer);
            return answer == 0 ? NativeCalls.text(pointer.get(ADDRESS, 0), TEXT_LIMIT) : "";
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    // ---- streams and events: pointers

    /** Makes a stream in the current context. */
    static int streamCreate(MemorySegment stream, int flags) {
        try {
            return (int) Streams.CREATE.invokeExact(stream, flags);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Waits until all that the stream was given is done; answers the error of any of it, too. */
    static int streamSynchronize(long stream) {
        try {
            return (int) Streams.WAIT.invokeExact(stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Does not wait: what the stream was given goes on. */
    static int streamDestroy(long stream) {
        try {
            return (int) Streams.DESTROY.invokeExact(stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Both memories are in use until the stream has got there. */
    static int copyToDeviceAsync(long to, long from, long bytes, long stream) {
        try {
            return (int) Streams.TO_DEVICE.invokeExact(to, from, bytes, stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Likewise. */
    static int copyToHostAsync(long to, long from, long bytes, long stream) {
        try {
            return (int) Streams.TO_HOST.invokeExact(to, from, bytes, stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Makes an event in the current context. */
    static int eventCreate(MemorySegment event, int flags) {
        try {
            return (int) Streams.CREATE_EVENT.invokeExact(event, flags);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Marks where the stream is now; the stream is one of the context of the event. */
    static int eventRecord(long event, long stream) {
        try {
            return (int) Streams.RECORD.invokeExact(event, stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** {@link #ERROR_NOT_READY} while the stream has not got to the mark. */
    static int eventQuery(long event) {
        try {
            return (int) Streams.QUERY.invokeExact(event);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Waits until the stream has got to the mark. */
    static int eventSynchronize(long event) {
        try {
            return (int) Streams.WAIT_FOR_EVENT.invokeExact(event);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static int eventDestroy(long event) {
        try {
            return (int) Streams.DESTROY_EVENT.invokeExact(event);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
