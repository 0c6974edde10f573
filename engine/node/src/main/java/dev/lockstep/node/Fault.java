package dev.lockstep.node;

/**
 * One remark on a file, for programs.
 *
 * @param severity {@code error}, {@code warning}, {@code info}, or {@code not yet}
 * @param file its name
 * @param line from 1; 0 when it is about the whole file
 * @param column from 1; 0 when it is about the whole line
 * @param element empty outside of XML
 * @param attribute empty when it is about the element
 * @param text what is wrong
 * @param correction what would be right; may be empty
 */
public record Fault(
        String severity,
        String file,
        int line,
        int column,
        String element,
        String attribute,
        String text,
        String correction) {}
