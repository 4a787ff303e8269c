package io.scaler.adapter.platform;

import java.time.Duration;

/** How long one attempt at each call to a platform may take. */
public record CallTimeouts(Duration create, Duration init, Duration destroy, Duration list) {}
