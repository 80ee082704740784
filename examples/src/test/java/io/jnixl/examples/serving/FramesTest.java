// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FramesTest {
    @Test
    void framesComeOutAsTheyWentIn() throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        Frames.write(pipe, new Introduction(7, new byte[] {1, 2, 3}, "a\nb", "c").encode());
        Frames.write(pipe, new Figures(1, 2, 3, 4).encode());

        ByteArrayInputStream in = new ByteArrayInputStream(pipe.toByteArray());
        Introduction introduction = Introduction.decode(Frames.read(in));
        assertThat(introduction.pid()).isEqualTo(7);
        assertThat(introduction.metadata()).containsExactly(1, 2, 3);
        assertThat(introduction.backends()).isEqualTo("a\nb");
        assertThat(introduction.choice()).isEqualTo("c");
        assertThat(Figures.decode(Frames.read(in))).isEqualTo(new Figures(1, 2, 3, 4));
        assertThatThrownBy(() -> Frames.read(in)).isInstanceOf(EOFException.class);
    }

    @Test
    void otherBytesAreNoFrame() {
        byte[] text = "WARNING: something else".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(text)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("something else was written to the pipe");
        assertThatThrownBy(() -> Introduction.decode(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0}))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Figures.decode(new byte[5])).isInstanceOf(IOException.class);
    }
}
