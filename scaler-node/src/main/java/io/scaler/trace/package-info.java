/**
 * Recorded or made-up traffic: which functions there are, and when they were called for how long.
 *
 * <p>Knows {@code model} and files; nothing of pools, of the wire or of clocks. Reading the same
 * files with the same options gives the same trace on every machine. A new format is a package-
 * private reader with a {@code read(Folder, ...)} and a line in {@link io.scaler.trace.Traces}; a
 * reader names file, line and field of whatever it does not understand.
 */
@NullMarked
package io.scaler.trace;

import org.jspecify.annotations.NullMarked;
