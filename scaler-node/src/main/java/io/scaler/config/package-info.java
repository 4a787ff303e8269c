/**
 * A node's configuration: {@code scaler.yaml} with every key and its default, the layers over it,
 * and the checked result as {@link io.scaler.config.Settings}.
 *
 * <p>Knows Jackson's YAML and nothing else of the project; {@code node} translates the records into
 * what each adapter and service takes. One more key is a commented line in {@code scaler.yaml}, a
 * component of a record in {@link io.scaler.config.Settings} of the same name and place, and a line
 * with its range in {@link io.scaler.config.SettingsReader}; a rule that spans keys is one in
 * {@link io.scaler.config.CrossChecks}.
 */
@NullMarked
package io.scaler.config;

import org.jspecify.annotations.NullMarked;
