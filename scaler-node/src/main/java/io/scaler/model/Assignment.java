package io.scaler.model;

/** One instance held by one request. */
public record Assignment(
    String functionKey, String requestId, String instanceId, Lease lease, StartKind startKind) {}
