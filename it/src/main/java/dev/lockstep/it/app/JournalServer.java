package dev.lockstep.it.app;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;

/**
 * Serves a journal over TCP: a client sends a number, and gets it back when the record is on disk. One client at a time. A
 * write error ends the server, as it would a careful database.
 *
 * <p>Arguments: the port and the file.
 */
public final class JournalServer {
    private JournalServer() {}

    /** Serves until it is killed or its file fails. */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket door = new ServerSocket()) {
            door.setReuseAddress(true);
            Journal journal = Journal.open(Path.of(arguments[1]));
            door.bind(new InetSocketAddress(Integer.parseInt(arguments[0])));
            System.out.println("serving " + arguments[1] + " on port " + arguments[0]);
            while (true) {
                try (Socket client = door.accept()) {
                    client.setTcpNoDelay(true);
                    serve(client, journal);
                }
            }
        }
    }

    private static void serve(Socket client, Journal journal) throws IOException {
        DataInputStream in;
        DataOutputStream out;
        long number;
        while (true) {
            try {
                in = new DataInputStream(client.getInputStream());
                number = in.readLong();
            } catch (EOFException gone) {
                return;
            }
            journal.append(number);
            out = new DataOutputStream(client.getOutputStream());
            out.writeLong(number);
            out.flush();
        }
    }
}
