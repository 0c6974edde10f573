/**
 * An application worth protecting: a journal that appends records durably and tells its clients only then. Its client remembers
 * what it was told, so that after any failure one can say exactly what was lost.
 */
package dev.lockstep.it.app;
