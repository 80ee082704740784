// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.RunFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A TCP connection to the partner: a line that names the protocol, then frames of a 4-byte length and so many bytes. Nothing is
 * believed: a length has its limit, and whoever sends too slowly is gone.
 */
final class Link implements Channel {
    static final String VERSION = "jnixl-bench 1\n";

    private final Socket socket;
    private final String name;

    private Link(Socket socket) {
        this.socket = socket;
        name = String.valueOf(socket.getRemoteSocketAddress());
    }

    /**
     * Takes a connection over, once the other side speaks the protocol; closes it otherwise.
     *
     * @throws IOException saying what is wrong with the other side
     */
    static Link over(Socket socket, Duration limit) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            Link link = new Link(socket);
            byte[] version = VERSION.getBytes(StandardCharsets.US_ASCII);
            link.write(version);
            if (!VERSION.equals(new String(link.read(version.length, limit), StandardCharsets.ISO_8859_1))) {
                throw new IOException("it does not speak version 1 of the protocol of jnixl bench");
            }
            return link;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    String name() {
        return name;
    }

    void sendFrame(byte[] frame) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES + frame.length);
        write(buffer.putInt(frame.length).put(frame).array());
    }

    byte[] receiveFrame(int most, Duration limit) throws IOException {
        int length = ByteBuffer.wrap(read(Integer.BYTES, limit)).getInt();
        if (length < 0 || length > most) {
            throw new IOException(
                    "it sends " + Integer.toUnsignedString(length) + " bytes where at most " + most + " belong");
        }
        return read(length, limit);
    }

    @Override
    public void send(String line) {
        try {
            sendFrame(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw gone("sent " + line, e);
        }
    }

    @Override
    public String receive(Duration limit, String what) {
        try {
            return new String(receiveFrame(LONGEST, limit), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            throw RunFailure.noPartner("no " + what + " from " + name + " within " + limit.toSeconds() + " s");
        } catch (IOException e) {
            throw gone("waited for " + what, e);
        }
    }

    private RunFailure gone(String doing, IOException e) {
        String why = e instanceof EOFException ? "it has closed the connection" : e.getMessage();
        return RunFailure.noPartner("the partner " + name + " is gone (" + why + "); " + doing);
    }

    private void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    private byte[] read(int length, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        InputStream in = socket.getInputStream();
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("it was too slow");
            }
            socket.setSoTimeout(Math.toIntExact(Math.min(left, Integer.MAX_VALUE)));
            int n = in.read(bytes, at, length - at);
            if (n < 0) {
                throw new EOFException("it has closed the connection");
            }
            at += n;
        }
        return bytes;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is gone in any case
        }
    }
}
