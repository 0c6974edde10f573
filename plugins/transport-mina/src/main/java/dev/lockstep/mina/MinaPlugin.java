package dev.lockstep.mina;

import org.pf4j.Plugin;

/** Entry point of the plugin {@code transport-mina}; its extensions are the two transports. */
public final class MinaPlugin extends Plugin {}
