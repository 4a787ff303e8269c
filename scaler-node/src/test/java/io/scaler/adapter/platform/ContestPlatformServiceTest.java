package io.scaler.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.scaler.service.FakeTimer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import serverless.simulator.CreateSlotReply;
import serverless.simulator.CreateSlotRequest;
import serverless.simulator.DestroySlotReply;
import serverless.simulator.DestroySlotRequest;
import serverless.simulator.InitReply;
import serverless.simulator.InitRequest;
import serverless.simulator.Meta;
import serverless.simulator.PlatformGrpc;
import serverless.simulator.PlatformGrpc.PlatformBlockingStub;
import serverless.simulator.ResourceConfig;
import serverless.simulator.Status;

class ContestPlatformServiceTest {
  private static final Meta RESIZE =
      Meta.newBuilder().setKey("resize").setRuntime("java").setMemoryInMb(512).build();

  private final FakeTimer timer = new FakeTimer();
  private final SimulatedPlatform platform =
      new SimulatedPlatform(
          new SimulatedSettings(
              Duration.ZERO, Duration.ZERO, Map.of(), Duration.ZERO, 0, 0, 0, 0, 1_024),
          timer,
          timer,
          new Random(1));
  private PlatformServer server;
  private PlatformBlockingStub stub;

  @BeforeEach
  void start() throws IOException {
    server = PlatformServer.of(platform);
    stub = PlatformGrpc.newBlockingStub(server.channel);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CreateSlotReply create(String requestId, long memoryMb) {
    return stub.createSlot(
        CreateSlotRequest.newBuilder()
            .setRequestId(requestId)
            .setResourceConfig(ResourceConfig.newBuilder().setMemoryInMegabytes(memoryMb))
            .build());
  }

  private InitReply init(String slotId, String instanceId, Meta meta) {
    return stub.init(
        InitRequest.newBuilder()
            .setRequestId("any")
            .setSlotId(slotId)
            .setInstanceId(instanceId)
            .setMetaData(meta)
            .build());
  }

  @Test
  void tellsWhatItMade() {
    CreateSlotReply reply = create("r-1", 512);
    assertThat(reply.getStatus()).isEqualTo(Status.Ok);
    assertThat(reply.hasErrorMessage()).isFalse();
    assertThat(reply.getSlot().getResourceConfig().getMemoryInMegabytes()).isEqualTo(512);
    assertThat(reply.getSlot().getCreateTime()).isEqualTo(timer.instant().toEpochMilli());
    InitReply started = init(reply.getSlot().getId(), "i-1", RESIZE);
    assertThat(started.getStatus()).isEqualTo(Status.Ok);
    assertThat(started.getCreateTime()).isEqualTo(timer.instant().toEpochMilli());
  }

  @Test
  void namesTheFieldThatBreaksItsRule() {
    CreateSlotReply empty = create("r-1", 0);
    assertThat(empty.getStatus()).isEqualTo(Status.InvalidArgument);
    assertThat(empty.hasSlot()).isFalse();
    assertThat(empty.getErrorMessage())
        .isEqualTo("resource_config.memory_in_megabytes: must be between 1 and 2147483647, is 0");
    assertThat(create("r-1", -1).getStatus()).isEqualTo(Status.InvalidArgument);
    assertThat(create("", 1).getErrorMessage()).startsWith("request_id: ");
    assertThat(init("s", "i", Meta.getDefaultInstance()).getErrorMessage())
        .startsWith("meta_data.key: ");
    assertThat(init("s", "i", RESIZE.toBuilder().clearMemoryInMb().build()).getErrorMessage())
        .startsWith("meta_data.memory_in_mb: ");
    assertThat(init("s", "i", RESIZE.toBuilder().setTimeoutInSecs(-1).build()).getErrorMessage())
        .startsWith("meta_data.timeout_in_secs: ");
    DestroySlotReply nothing = stub.destroySlot(DestroySlotRequest.getDefaultInstance());
    assertThat(nothing.getStatus()).isEqualTo(Status.InvalidArgument);
    assertThat(nothing.getErrorMessage()).startsWith("id: ");
  }

  @Test
  void saysWhatKeptItFromServing() {
    String slot = create("r-1", 512).getSlot().getId();
    assertThat(create("r-2", 513).getStatus()).isEqualTo(Status.Throttle);
    assertThat(init("nowhere", "i-1", RESIZE).getStatus()).isEqualTo(Status.NotFound);
    assertThat(init(slot, "i-1", RESIZE).getStatus()).isEqualTo(Status.Ok);
    assertThat(init(slot, "i-2", RESIZE).getStatus()).isEqualTo(Status.InvalidAssigment);
  }

  @Test
  void doesNotTakeTheCallsOwnIdForTheSlots() {
    create("r-1", 512);
    String other = create("r-2", 512).getSlot().getId();
    DestroySlotReply reply =
        stub.destroySlot(DestroySlotRequest.newBuilder().setRequestId("r-1").setId(other).build());
    assertThat(reply.getStatus()).isEqualTo(Status.Ok);
    assertThat(platform.slots()).hasSize(1);
    assertThat(platform.slots().get(0).requestId()).isEqualTo("r-1");
  }
}
