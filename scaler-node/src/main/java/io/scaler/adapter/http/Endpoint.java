package io.scaler.adapter.http;

import java.util.Map;

/** What answers at one path. */
@FunctionalInterface
interface Endpoint {

  /**
   * Answers; may block for a few seconds.
   *
   * @param parameters of the query, decoded; of several values of one, the last
   * @throws io.scaler.model.ScalerException for an expected reason
   */
  Response answer(Map<String, String> parameters);
}
