// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.nativesupport.NativeLibrary.Why;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class NativeLibraryTest {
    private static final String LIBC = "libc.so.6";

    @TempDir
    Path folder;

    @Test
    void aLibraryThatIsThereIsFoundAndCanBeCalled() throws Throwable {
        Found libc = found(NativeLibrary.open(LIBC, List.of("getpid", "strlen")));
        MethodHandle getpid = libc.function("getpid", FunctionDescriptor.of(ValueLayout.JAVA_INT));

        assertThat((int) getpid.invokeExact()).isEqualTo(ProcessHandle.current().pid());
        assertThat(libc.soname()).isEqualTo(LIBC);
        assertThat(libc.path()).endsWith(LIBC);
        assertThat(Path.of(libc.path())).isRegularFile();
    }

    @Test
    void anAbsolutePathIsTaken() {
        Found byName = found(NativeLibrary.open(LIBC, List.of()));

        Found byPath = found(NativeLibrary.open(byName.path(), List.of("getpid")));

        assertThat(byPath.lookup().find("getpid")).isEqualTo(byName.lookup().find("getpid"));
    }

    @Test
    void aLibraryThatIsNotInstalledIsMissing() {
        Missing missing = missing(NativeLibrary.open("libjnixl-does-not-exist.so.3", List.of("f")));

        assertThat(missing.why()).isEqualTo(Why.NOT_INSTALLED);
        assertThat(missing.soname()).isEqualTo("libjnixl-does-not-exist.so.3");
        assertThat(missing.reason()).isEqualTo("libjnixl-does-not-exist.so.3 not found");
        assertThat(missing.remedy("get it")).isEqualTo("install libjnixl-does-not-exist.so.3: get it");
    }

    @Test
    void aLibraryWithoutTheSymbolsIsTooOldAndNamesThem() {
        Missing missing = missing(NativeLibrary.open(LIBC, List.of("getpid", "jnixl_no_such_a", "jnixl_no_such_b")));

        assertThat(missing.why()).isEqualTo(Why.TOO_OLD);
        assertThat(missing.reason())
                .contains(LIBC, "too old", "jnixl_no_such_a, jnixl_no_such_b")
                .doesNotContain("getpid");
        assertThat(missing.remedy("get it")).isEqualTo("install a newer libc.so.6: get it");
    }

    @Test
    void aLibraryForAnotherProcessorIsTold() throws IOException {
        Path file = folder.resolve("libforeign.so");
        int machine = System.getProperty("os.arch").equals("s390x") ? 62 : 22;
        Files.write(file, elf((byte) 2, machine));

        Missing missing = missing(NativeLibrary.open(file.toString(), List.of()));

        assertThat(missing.why()).isEqualTo(Why.WRONG_ARCHITECTURE);
        assertThat(missing.reason())
                .contains(
                        file.toString(),
                        "made for " + (machine == 22 ? "s390x" : "amd64"),
                        System.getProperty("os.arch"));
        assertThat(missing.remedy("get it")).contains(System.getProperty("os.arch"), "get it");
    }

    @Test
    void aLibraryOf32BitsIsForAnotherProcessor() throws IOException {
        Path file = folder.resolve("libnarrow.so");
        Files.write(file, elf((byte) 1, 3));

        Missing missing = missing(NativeLibrary.open(file.toString(), List.of()));

        assertThat(missing.why()).isEqualTo(Why.WRONG_ARCHITECTURE);
        assertThat(missing.reason()).contains("i386 (32 bit)");
    }

    @Test
    void aFileThatIsNoLibraryIsUnusable() throws IOException {
        Path file = folder.resolve("libtext.so");
        Files.writeString(file, "INPUT(-lc) and more text than a header has");

        Missing missing = missing(NativeLibrary.open(file.toString(), List.of()));

        assertThat(missing.why()).isEqualTo(Why.UNUSABLE);
        assertThat(missing.reason()).contains(file.toString(), "no ELF header");
        assertThat(missing.cause()).isInstanceOf(IOException.class);
    }

    @Test
    void aShortFileIsUnusable() throws IOException {
        Path file = folder.resolve("libshort.so");
        Files.write(file, new byte[] {0x7f, 'E', 'L', 'F'});

        assertThat(missing(NativeLibrary.open(file.toString(), List.of())).why())
                .isEqualTo(Why.UNUSABLE);
    }

    @Test
    void aDamagedLibraryIsUnusableInTheLoadersWords() throws IOException {
        Path file = folder.resolve("libdamaged.so");
        Files.write(file, elf((byte) 2, System.getProperty("os.arch").equals("aarch64") ? 183 : 62));

        Missing missing = missing(NativeLibrary.open(file.toString(), List.of()));

        assertThat(missing.why()).isEqualTo(Why.UNUSABLE);
        assertThat(missing.reason()).contains("cannot be loaded: " + file);
    }

    @Test
    void aMissingDependencyIsNotTakenForAMissingLibrary() {
        Missing missing = LibraryOpener.diagnose("libjnixl-a.so", "libjnixl-b.so.2: cannot open shared object file");

        assertThat(missing.why()).isEqualTo(Why.UNUSABLE);
        assertThat(missing.reason()).contains("libjnixl-a.so cannot be loaded", "libjnixl-b.so.2");
    }

    @Test
    void namesThatAreNoNamesAreMissing() {
        assertThat(missing(NativeLibrary.open("", List.of())).reason()).contains("no library's name");
        assertThat(missing(NativeLibrary.open("lib\0c.so.6", List.of())).reason())
                .contains("lib?c.so.6");
    }

    @Test
    void aFunctionThatIsNotThereNamesLibraryAndSymbol() {
        Found libc = found(NativeLibrary.open(LIBC, List.of()));

        assertThatThrownBy(() -> libc.function("jnixl_no_such", FunctionDescriptor.ofVoid()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(LIBC)
                .hasMessageContaining("jnixl_no_such");
    }

    @Test
    void theEnvironmentIsSetUnlessItIs() throws Throwable {
        String name = "JNIXL_NATIVE_SUPPORT_TEST";
        Found libc = found(NativeLibrary.open(LIBC, List.of("getenv"), Map.of(name, "first")));
        NativeLibrary.open(LIBC, List.of("getenv"), Map.of(name, "second"));
        MethodHandle getenv = libc.function("getenv", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));

        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) getenv.invokeExact(arena.allocateFrom(name));
            assertThat(NativeCalls.text(value, 100)).isEqualTo("first");
        }
    }

    @Test
    void deniedAccessNamesTheFlag() {
        IllegalCallerException denied = new IllegalCallerException("denied");

        Missing missing = LibraryOpener.notEnabled("libx.so", denied);

        String flag = "--enable-native-access=io.jnixl.nativesupport";
        assertThat(missing.why()).isEqualTo(Why.NOT_ENABLED);
        assertThat(missing.reason()).contains("libx.so", flag);
        assertThat(missing.remedy("unused")).isEqualTo("start Java with " + flag);
        assertThat(missing.cause()).isSameAs(denied);
        assertThat(NativeAccess.flag(getClass().getClassLoader().getUnnamedModule()))
                .isEqualTo("--enable-native-access=ALL-UNNAMED");
    }

    private static byte[] elf(byte width, int machine) {
        byte[] header = new byte[64];
        header[0] = 0x7f;
        header[1] = 'E';
        header[2] = 'L';
        header[3] = 'F';
        header[4] = width;
        header[5] = 1;
        header[6] = 1;
        header[16] = 3;
        header[18] = (byte) machine;
        header[20] = 1;
        return header;
    }

    private static Found found(NativeLibrary library) {
        assertThat(library).isInstanceOf(Found.class);
        return (Found) library;
    }

    private static Missing missing(NativeLibrary library) {
        assertThat(library).isInstanceOf(Missing.class);
        return (Missing) library;
    }
}
