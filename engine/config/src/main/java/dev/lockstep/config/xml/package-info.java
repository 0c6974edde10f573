/** XML as trees that know where everything was written, read by a parser that resolves nothing. */
package dev.lockstep.config.xml;
