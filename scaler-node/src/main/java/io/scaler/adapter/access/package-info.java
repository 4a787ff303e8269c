/**
 * Who may come in: bearer tokens from a file, JSON Web Tokens by a file of keys, client
 * certificates, and how often each caller may call; what TLS needs on both ports, and towards a
 * platform.
 *
 * <p>Implements {@link io.scaler.service.Gate} and knows no server: those hand on what a call
 * shows, and say what it needs. What is read from files can be read again, each by itself; a file
 * that is broken changes nothing then. One more kind of credentials is one more branch of {@link
 * io.scaler.adapter.access.CheckedGate}.
 */
@NullMarked
package io.scaler.adapter.access;

import org.jspecify.annotations.NullMarked;
