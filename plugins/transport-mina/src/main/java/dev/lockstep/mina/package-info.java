/**
 * Heartbeats and replication links over Apache MINA.
 *
 * <p>Two independent halves share the key schedule and the refusal log:
 *
 * <ul>
 *   <li>heartbeats: {@link dev.lockstep.mina.HeartbeatCodec} (wire format), {@link dev.lockstep.mina.HeartbeatSession}
 *       (what is fresh; pure), {@link dev.lockstep.mina.MinaHeartbeatChannel} (socket);
 *   <li>links: {@link dev.lockstep.mina.Handshake} and {@link dev.lockstep.mina.FrameCipher} (wire format),
 *       {@link dev.lockstep.mina.FrameReader} (decoder), {@link dev.lockstep.mina.MinaLink} (an authenticated
 *       connection), {@link dev.lockstep.mina.LinkListener} and {@link dev.lockstep.mina.LinkConnector}.
 * </ul>
 */
package dev.lockstep.mina;
