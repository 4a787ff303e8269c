package io.scaler.client;

import io.grpc.Channel;
import java.util.Locale;

/** A wire contract that a Scaler may speak. */
enum Contract {
  /** {@code scaler.v1}. */
  V1 {
    @Override
    Gateway over(Channel channel) {
      return new V1Gateway(channel);
    }
  },
  /** {@code serverless.simulator}, of the 2023 serverless cold-start challenge. */
  CONTEST {
    @Override
    Gateway over(Channel channel) {
      return new ContestGateway(channel);
    }
  };

  abstract Gateway over(Channel channel);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
