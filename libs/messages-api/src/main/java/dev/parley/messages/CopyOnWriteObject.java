package dev.parley.messages;

import tools.jackson.databind.node.ObjectNode;

/** An object of an event, which others may keep too: it is copied before its first change. Owned by one thread. */
public final class CopyOnWriteObject {
    private ObjectNode object;
    private boolean copied;

    public CopyOnWriteObject(ObjectNode ofEvent) {
        this.object = ofEvent;
    }

    /** The object as it is now. Must not be changed. */
    public ObjectNode get() {
        return object;
    }

    /** The object, to be changed. */
    public ObjectNode own() {
        if (!copied) {
            object = object.deepCopy();
            copied = true;
        }
        return object;
    }
}
