/**
 * The wire of the gateways: {@code scaler.v1} and {@code serverless.simulator}, side by side on one
 * gRPC server with health and reflection.
 *
 * <p>Translates between the generated messages and {@link io.scaler.service.Requests}; decides
 * nothing. Knows no pool, no Hazelcast and no other adapter. Calls run on the server's event loops,
 * so nothing here blocks. Every call passes {@link io.scaler.adapter.grpc.Doorkeeper} first; what a
 * method needs is a line of {@link io.scaler.adapter.grpc.MethodRights}. One more contract is a
 * generated base class extended here, with a switch from {@link io.scaler.model.Reason} to its
 * errors and a {@link io.scaler.adapter.grpc.Refusals}; its messages are checked with {@link
 * io.scaler.model.Check}, naming fields as that wire spells them.
 */
@NullMarked
package io.scaler.adapter.grpc;

import org.jspecify.annotations.NullMarked;
