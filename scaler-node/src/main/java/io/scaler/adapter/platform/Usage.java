package io.scaler.adapter.platform;

/**
 * What was used since a platform started.
 *
 * @param slotGbSeconds memory times the life of every slot so far, in GB (1024 MB) seconds; a slot
 *     lives from the arrival of the call that created it until it is gone
 * @param slotsRunning that exist now, with an application or without
 * @param runningMb memory of those
 */
public record Usage(
    double slotGbSeconds,
    long slotsCreated,
    long slotsDestroyed,
    long slotsRunning,
    long runningMb) {}
