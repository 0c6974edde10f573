package dev.lockstep.core.config;

/** What happens when a checker's resource goes down. */
public enum CheckerAction {
    /** Run the stop scripts, then the start scripts, here. */
    RESTART,
    /** Stop the module and start it again; the other node takes over if it is ready. */
    STOPSTART,
    /** Stop the application and wait until the resource is up. */
    WAIT,
    /** Stop the module. */
    STOP,
    /** Nothing: a rule of the integrator decides. */
    NOACTION
}
