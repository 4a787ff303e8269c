/**
 * One node put together: configuration turned into settings, threads and clocks made, adapters
 * wired to the service, commands. The only package that names concrete adapters, the system clock
 * and threads; nothing depends on it.
 */
@NullMarked
package io.scaler.node;

import org.jspecify.annotations.NullMarked;
