package io.scaler.it.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DelayProxyTest {
  private static final Duration DELAY = Duration.ofMillis(50);

  @Test
  void whatComesIsPassedOnBothWaysLateByItsDelayAndSoIsTheEnd() throws IOException {
    try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket entrance = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      DelayProxy proxy = new DelayProxy(DELAY.toNanos());
      proxy.listen(entrance, "127.0.0.1", String.valueOf(target.getLocalPort()));

      try (Socket caller = new Socket(entrance.getInetAddress(), entrance.getLocalPort());
          Socket called = target.accept()) {
        long begun = System.nanoTime();
        caller.getOutputStream().write("there".getBytes(UTF_8));
        assertThat(called.getInputStream().readNBytes(5)).asString(UTF_8).isEqualTo("there");
        called.getOutputStream().write("back".getBytes(UTF_8));
        assertThat(caller.getInputStream().readNBytes(4)).asString(UTF_8).isEqualTo("back");
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(2 * DELAY.toNanos());

        caller.shutdownOutput();
        assertThat(called.getInputStream().read()).as("the end").isEqualTo(-1);
        assertThat(proxy.carried().get(entrance.getLocalPort())).hasValue(9);
      }
    }
  }
}
