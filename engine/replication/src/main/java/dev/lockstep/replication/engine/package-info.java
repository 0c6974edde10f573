/** The engine itself: roles, their order, and what is durable before what. */
package dev.lockstep.replication.engine;
