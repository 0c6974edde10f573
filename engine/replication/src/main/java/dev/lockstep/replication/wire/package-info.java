/**
 * The frames the two engines of a module exchange inside link frames. Encoding is total; decoding checks every length, code and
 * bound, and fails with {@link dev.lockstep.replication.wire.MalformedFrame} only. See docs/protocol.md, "Replication frames".
 */
package dev.lockstep.replication.wire;
