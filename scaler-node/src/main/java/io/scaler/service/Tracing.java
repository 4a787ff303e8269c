package io.scaler.service;

import org.jspecify.annotations.Nullable;

/**
 * Follows requests on their way through the nodes, for whoever collects traces. For any number of
 * threads; never fails.
 */
@FunctionalInterface
public interface Tracing {
  /** Follows nothing. */
  Tracing OFF = (name, parent) -> Part.NONE;

  /**
   * Begins a part of what is done for a request.
   *
   * @param parent {@link Part#context} of what this is a part of, perhaps of another node; null if
   *     nobody follows the request
   * @return {@link Part#NONE} if nobody does
   */
  Part begin(String name, @Nullable String parent);

  /** Something that takes time. */
  interface Part {
    /** Is of no request that anybody follows. */
    Part NONE =
        new Part() {
          @Override
          public @Nullable String context() {
            return null;
          }

          @Override
          public void say(String key, String value) {}

          @Override
          public void end(@Nullable Throwable failure) {}
        };

    /** What its own parts are begun with, on any node: a traceparent, as W3C says. */
    @Nullable String context();

    /** Says something of it. */
    void say(String key, String value);

    /** It has ended; what comes after the first time changes nothing. */
    void end(@Nullable Throwable failure);
  }
}
