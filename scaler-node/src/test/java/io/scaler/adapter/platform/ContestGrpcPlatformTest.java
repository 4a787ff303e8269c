package io.scaler.adapter.platform;

import static io.scaler.adapter.platform.Outcome.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.service.Platform;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContestGrpcPlatformTest extends PlatformContractTest {
  private PlatformServer server;

  @Override
  Platform around(SimulatedPlatform innermost) throws IOException {
    server = PlatformServer.of(innermost);
    return new ContestGrpcPlatform(server.channel, CallTimeouts.DEFAULT);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void cannotTellWhatExists() {
    created("i-1");
    assertThat(value(platform.listSlots())).isEmpty();
  }

  @Test
  void cannotFindASlotByItsInstance() {
    created("i-1");
    value(platform.destroySlot(null, "i-1", "given up", 1));
    assertThat(simulated.usage().slotsRunning()).isEqualTo(1);
  }
}
