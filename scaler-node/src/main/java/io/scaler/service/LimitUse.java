package io.scaler.service;

import org.jspecify.annotations.Nullable;

/**
 * A limit, and how far it is reached.
 *
 * @param key of the configuration that sets it
 * @param limit zero for none
 * @param inUse by the whole cluster; null where that is not counted: it is each function's or
 *     node's own, or there is no limit
 */
public record LimitUse(String key, long limit, @Nullable Long inUse) {}
