/** The languages of failover rules: text in, rules of {@code dev.lockstep.core.config} or mistakes out. */
package dev.lockstep.config.rules;
