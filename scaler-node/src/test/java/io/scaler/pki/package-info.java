/** Certificates for tests. */
package io.scaler.pki;
