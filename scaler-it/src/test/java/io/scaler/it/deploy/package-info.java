/** What is in the folder deploy, looked at without a cluster to deploy it to. */
package io.scaler.it.deploy;
