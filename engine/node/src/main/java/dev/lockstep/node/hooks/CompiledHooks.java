package dev.lockstep.node.hooks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The hooks of a module as the compiler left them.
 *
 * @param scripts the name of the script class of each Groovy hook
 * @param classes the byte code of every class that came of them
 */
record CompiledHooks(Map<String, String> scripts, Map<String, byte[]> classes) {
    private static final int MAGIC = 0x4C4B4831;
    private static final int DIGEST_BYTES = 32;

    /** More classes, or bytes of one, than that are no hooks of ours. */
    private static final int LARGEST = 16 << 20;

    /** Copies the maps. */
    CompiledHooks {
        scripts = Map.copyOf(scripts);
        classes = Map.copyOf(classes);
    }

    /**
     * As bytes that say by themselves whether they are whole.
     *
     * @param key of what they were made from
     */
    byte[] encoded(byte[] key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.write(key);
            out.writeInt(scripts.size());
            for (Map.Entry<String, String> script : new TreeMap<>(scripts).entrySet()) {
                out.writeUTF(script.getKey());
                out.writeUTF(script.getValue());
            }
            out.writeInt(classes.size());
            for (Map.Entry<String, byte[]> one : new TreeMap<>(classes).entrySet()) {
                out.writeUTF(one.getKey());
                out.writeInt(one.getValue().length);
                out.write(one.getValue());
            }
            out.write(digest(bytes.toByteArray(), bytes.size()));
        }
        return bytes.toByteArray();
    }

    /** What {@link #encoded} made; empty when it is damaged, or was made from something else. */
    static Optional<CompiledHooks> decoded(byte[] bytes, byte[] key) {
        int length = bytes.length - DIGEST_BYTES;
        if (length <= 0 || !Arrays.equals(digest(bytes, length), Arrays.copyOfRange(bytes, length, bytes.length))) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
            if (in.readInt() != MAGIC || !Arrays.equals(in.readNBytes(key.length), key)) {
                return Optional.empty();
            }
            Map<String, String> scripts = new TreeMap<>();
            for (int left = bounded(in.readInt()); left > 0; left--) {
                scripts.put(in.readUTF(), in.readUTF());
            }
            Map<String, byte[]> classes = new TreeMap<>();
            for (int left = bounded(in.readInt()); left > 0; left--) {
                classes.put(in.readUTF(), in.readNBytes(bounded(in.readInt())));
            }
            return Optional.of(new CompiledHooks(scripts, classes));
        } catch (IOException otherForm) {
            // Whole, and of another form: another engine made it. It is made anew.
            return Optional.empty();
        }
    }

    private static int bounded(int count) throws IOException {
        if (count < 0 || count > LARGEST) {
            throw new IOException(count + " is out of bounds");
        }
        return count;
    }

    private static byte[] digest(byte[] bytes, int length) {
        MessageDigest digest = HookCache.digest();
        digest.update(bytes, 0, length);
        return digest.digest();
    }
}
