package dev.lockstep.api.fs;

/** Told once when a committed mutation may be acknowledged to the application. Called on any thread; must not block. */
@FunctionalInterface
public interface Completion {
    /**
     * The operation may be answered.
     *
     * @param errno 0 when it is as safe as promised, else the error to give the application
     */
    void completed(int errno);
}
