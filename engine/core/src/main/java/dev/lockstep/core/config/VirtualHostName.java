package dev.lockstep.core.config;

/**
 * A host name that the application sees instead of the real one.
 *
 * @param name the name
 * @param envFile file generated for scripts to source; relative to the module's {@code bin}
 * @param when period in which it applies: {@link Phase#PRIM} (the default), {@link Phase#SECOND} or {@link Phase#BOTH}
 */
public record VirtualHostName(String name, String envFile, Phase when) {}
