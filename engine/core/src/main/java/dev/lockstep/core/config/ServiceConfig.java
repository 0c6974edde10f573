package dev.lockstep.core.config;

import java.time.Duration;

/**
 * The attributes of the {@code service} element.
 *
 * @param mode architecture of the module
 * @param boot start at boot; default {@link BootMode#IGNORE}
 * @param bootDelay delay before the start at boot; default 0 s
 * @param failover whether the secondary takes over by itself when the primary stops or fails; default yes
 * @param defaultPrimary who is primary when a second node joins; default {@link DefaultPrimary.Alone}
 * @param maxLoop automatic corrective actions tolerated within {@code loopInterval}, the next one stops the module;
 *     default 3, 0 stops at the first
 * @param loopInterval window of {@code maxLoop}; default 24 h, zero disables the counter
 * @param automaticReboot whether a stopstart ordered by a detector reboots the server; default no
 */
public record ServiceConfig(
        ServiceMode mode,
        BootMode boot,
        Duration bootDelay,
        boolean failover,
        DefaultPrimary defaultPrimary,
        int maxLoop,
        Duration loopInterval,
        boolean automaticReboot) {}
