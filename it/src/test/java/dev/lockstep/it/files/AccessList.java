package dev.lockstep.it.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** POSIX access control lists and file capabilities in the form in which the kernel takes them as extended attributes. */
final class AccessList {
    private static final int VERSION = 2;
    private static final int ENTRY = 8;
    private static final int USER_OBJ = 1;
    private static final int USER = 2;
    private static final int GROUP_OBJ = 4;
    private static final int MASK = 0x10;
    private static final int OTHER = 0x20;

    private AccessList() {}

    /** A valid list, with or without a named user. */
    static byte[] draw(Random dice) {
        boolean named = dice.nextInt(3) > 0;
        ByteBuffer list = ByteBuffer.allocate(4 + ENTRY * (named ? 5 : 3)).order(ByteOrder.LITTLE_ENDIAN);
        list.putInt(VERSION);
        entry(list, USER_OBJ, dice.nextInt(8), -1);
        if (named) {
            entry(list, USER, dice.nextInt(8), 1000 + dice.nextInt(3));
        }
        entry(list, GROUP_OBJ, dice.nextInt(8), -1);
        if (named) {
            entry(list, MASK, dice.nextInt(8), -1);
        }
        entry(list, OTHER, dice.nextInt(8), -1);
        return list.array();
    }

    private static void entry(ByteBuffer list, int tag, int permissions, int id) {
        list.putShort((short) tag).putShort((short) permissions).putInt(id);
    }

    /** CAP_NET_BIND_SERVICE, permitted and effective. */
    static byte[] capability() {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x02000001)
                .putInt(1 << 10)
                .array();
    }
}
