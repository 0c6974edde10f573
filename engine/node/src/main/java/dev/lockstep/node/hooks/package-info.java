/** The hooks of a module: Groovy scripts that run in the engine and executables of older modules. */
package dev.lockstep.node.hooks;
