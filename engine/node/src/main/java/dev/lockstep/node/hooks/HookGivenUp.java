package dev.lockstep.node.hooks;

/** Thrown into a hook that goes on after it was given up; an error, so that a script that catches every exception ends too. */
final class HookGivenUp extends Error {
    private static final long serialVersionUID = 1L;

    HookGivenUp() {
        super("this call of the hook was given up");
    }
}
