package dev.lockstep.api.fs;

/** What an interceptor tells its owner by itself. Called on its threads; must not block. */
public interface TreeEvents {
    /** The mount ended without being asked to, or cannot serve any more. */
    void interceptionLost(int tree, String reason);

    /** Something happened that an operator should read in the module's log. */
    void notice(int tree, String message);

    /** Something failed, or is not as it should be: for the module's log, and not to be taken for news. */
    void trouble(int tree, String message);
}
