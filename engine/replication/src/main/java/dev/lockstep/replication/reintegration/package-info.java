/** Bringing a joining copy up to date while writes go on: rounds on the source, obedience on the target. */
package dev.lockstep.replication.reintegration;
