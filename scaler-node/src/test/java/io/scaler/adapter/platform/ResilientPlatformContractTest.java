package io.scaler.adapter.platform;

import io.scaler.adapter.platform.ResilientPlatform.Repeats;
import io.scaler.service.Platform;
import java.util.Random;

/** A resilient platform is a platform. */
class ResilientPlatformContractTest extends FencedPlatformContractTest {

  @Override
  Platform around(SimulatedPlatform innermost) {
    return new ResilientPlatform(
        innermost, Repeats.IDEMPOTENT, ResilienceSettings.DEFAULT, timer, timer, new Random(1));
  }

  @Override
  int limitsPerCall() {
    return 1;
  }
}
