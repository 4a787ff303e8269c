package io.scaler.adapter.grpc;

import static io.scaler.service.Right.ASSIGN;
import static io.scaler.service.Right.NONE;
import static io.scaler.service.Right.OPERATE;
import static io.scaler.service.Right.RELEASE;
import static io.scaler.service.Right.RENEW;
import static io.scaler.service.Right.VIEW;
import static java.util.Map.entry;

import io.scaler.service.Right;
import java.util.Map;

/** What each method needs: one line for every method that a node serves. */
final class MethodRights {
  private static final Map<String, Right> RIGHTS =
      Map.ofEntries(
          entry("grpc.health.v1.Health/Check", NONE),
          entry("grpc.health.v1.Health/List", NONE),
          entry("grpc.health.v1.Health/Watch", NONE),
          entry("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", VIEW),
          entry("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", VIEW),
          entry("scaler.v1.Scaler/Assign", ASSIGN),
          entry("scaler.v1.Scaler/Release", RELEASE),
          entry("scaler.v1.Scaler/Renew", RENEW),
          entry("scaler.v1.ScalerAdmin/GetStatus", VIEW),
          entry("scaler.v1.ScalerAdmin/ListFunctions", VIEW),
          entry("scaler.v1.ScalerAdmin/GetFunction", VIEW),
          entry("scaler.v1.ScalerAdmin/DestroyInstances", OPERATE),
          entry("scaler.v1.ScalerAdmin/DrainNode", OPERATE),
          entry("scaler.v1.ScalerAdmin/SetOverride", OPERATE),
          entry("scaler.v1.ScalerAdmin/RemoveOverride", OPERATE),
          entry("scaler.v1.ScalerAdmin/ListOverrides", VIEW),
          entry("scaler.v1.ScalerAdmin/Reload", OPERATE),
          entry("scaler.v1.Platform/CreateSlot", OPERATE),
          entry("scaler.v1.Platform/Init", OPERATE),
          entry("scaler.v1.Platform/DestroySlot", OPERATE),
          entry("scaler.v1.Platform/ListSlots", VIEW),
          entry("scaler.v1.Platform/GetUsage", VIEW),
          entry("serverless.simulator.Scaler/Assign", ASSIGN),
          entry("serverless.simulator.Scaler/Idle", RELEASE),
          entry("serverless.simulator.Platform/CreateSlot", OPERATE),
          entry("serverless.simulator.Platform/Init", OPERATE),
          entry("serverless.simulator.Platform/DestroySlot", OPERATE));

  private MethodRights() {}

  /**
   * @param method its full name; one that is not listed is for operators
   */
  static Right of(String method) {
    return RIGHTS.getOrDefault(method, OPERATE);
  }

  static boolean isListed(String method) {
    return RIGHTS.containsKey(method);
  }
}
