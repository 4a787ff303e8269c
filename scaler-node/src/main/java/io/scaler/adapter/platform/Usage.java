package io.scaler.adapter.platform;

/**
 * What a platform has used since it started.
 *
 * @param slotGbSeconds memory times the life of every slot so far, in GB (1024 MiB) seconds
 * @param created slots ever
 * @param destroyed slots ever
 * @param running slots now
 * @param runningMb MiB of these
 */
public record Usage(
    double slotGbSeconds, long created, long destroyed, long running, long runningMb) {}
