/**
 * The words of the domain as values: functions, assignments, leases, plans, and why a request is
 * refused.
 *
 * <p>Knows no framework, no clock and no other package of Scaler. A new word is a record that
 * checks itself in its compact constructor.
 */
@NullMarked
package io.scaler.model;

import org.jspecify.annotations.NullMarked;
