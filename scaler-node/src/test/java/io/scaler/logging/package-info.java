/** What tests look into the log with. */
package io.scaler.logging;
