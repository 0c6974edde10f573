package dev.lockstep.config.xml;

/**
 * An attribute as written.
 *
 * @param name its name
 * @param value its value, references resolved
 * @param place of its name
 */
public record XmlAttribute(String name, String value, Place place) {}
