/** What every part of the engine, and every hook, calls the states of a module. */
package dev.lockstep.api.module;
