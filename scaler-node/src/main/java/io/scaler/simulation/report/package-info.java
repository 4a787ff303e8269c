/**
 * A page with plots of what a simulation found: one file that needs nothing else, also offline.
 *
 * <p>Knows plain figures and the page; nothing of traces, pools or policies. The page is {@code
 * report/page.html}, its style {@code page.css} and its script {@code page.js}; the plots are drawn
 * in the page by Chart.js. One more plot is a field of {@link io.scaler.simulation.report.Report},
 * a canvas in the page and a function in the script.
 */
@NullMarked
package io.scaler.simulation.report;

import org.jspecify.annotations.NullMarked;
