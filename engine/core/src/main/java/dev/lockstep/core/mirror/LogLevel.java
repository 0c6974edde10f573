package dev.lockstep.core.mirror;

/** The levels of the module log. C, E, U and S are shown by default, W and I only in the verbose log. */
public enum LogLevel {
    /** Critical: error detections, automatic actions. */
    C,
    /** Event: local and remote state, reintegration. */
    E,
    /** User: actions of operators. */
    U,
    /** Script. */
    S,
    /** Warning, verbose. */
    W,
    /** Information, verbose. */
    I
}
