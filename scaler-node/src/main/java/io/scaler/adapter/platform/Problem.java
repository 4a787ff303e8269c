package io.scaler.adapter.platform;

import io.grpc.Status.Code;
import io.scaler.service.PlatformException.Kind;
import io.scaler.v1.PlatformError;
import serverless.simulator.Status;

/** Why a simulated platform does not do what it is asked, in the words of each contract. */
enum Problem {
  SLOT_NOT_FOUND(PlatformError.SLOT_NOT_FOUND, Code.NOT_FOUND, Status.NotFound, Kind.FAILED),
  SLOT_DESTROYED(
      PlatformError.SLOT_DESTROYED, Code.FAILED_PRECONDITION, Status.InvalidAssigment, Kind.FAILED),
  SLOT_TAKEN(
      PlatformError.SLOT_TAKEN, Code.FAILED_PRECONDITION, Status.InvalidAssigment, Kind.FAILED),
  SLOT_TOO_SMALL(
      PlatformError.SLOT_TOO_SMALL, Code.FAILED_PRECONDITION, Status.InvalidAssigment, Kind.FAILED),
  STALE_TOKEN(
      PlatformError.STALE_TOKEN, Code.FAILED_PRECONDITION, Status.InvalidAssigment, Kind.FAILED),
  NO_ROOM(PlatformError.NO_ROOM, Code.RESOURCE_EXHAUSTED, Status.Throttle, Kind.UNAVAILABLE),
  CREATE_FAILED(PlatformError.CREATE_FAILED, Code.UNAVAILABLE, Status.Throttle, Kind.UNAVAILABLE),
  INIT_FAILED(PlatformError.INIT_FAILED, Code.INTERNAL, Status.InternalError, Kind.FAILED),
  DESTROY_FAILED(PlatformError.DESTROY_FAILED, Code.UNAVAILABLE, Status.Throttle, Kind.UNAVAILABLE);

  final PlatformError error;
  final Code code;
  final Status status;
  final Kind kind;

  Problem(PlatformError error, Code code, Status status, Kind kind) {
    this.error = error;
    this.code = code;
    this.status = status;
    this.kind = kind;
  }
}
