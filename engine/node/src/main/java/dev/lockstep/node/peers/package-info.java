/**
 * What the nodes of a cluster tell each other as nodes: which modules each has, at which ports, and which keys it holds. By it the
 * nodes of a module find each other by its name, whatever its number is on each of them.
 */
package dev.lockstep.node.peers;
