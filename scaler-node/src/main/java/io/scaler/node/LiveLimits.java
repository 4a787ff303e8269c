package io.scaler.node;

import io.scaler.adapter.grpc.CallRules;
import io.scaler.pool.PoolLimits;
import io.scaler.service.CallLimits;
import io.scaler.service.LaunchLimits;

/** The limits that may change while a node runs, in the words of those that they are for. */
record LiveLimits(PoolLimits pools, LaunchLimits launches, CallLimits calls, CallRules rules) {}
