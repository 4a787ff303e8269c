package io.scaler.it.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Passes TCP connections on, each byte so much later than it came. Runs in a container, so it needs
 * nothing but the JDK: {@code DelayProxy MILLIS PORT=HOST:PORT…}.
 */
final class DelayProxy {
  private static final int CHUNK = 64 * 1024;
  private static final byte[] END = new byte[0];

  private record Late(byte[] bytes, long dueNanos) {}

  private DelayProxy() {}

  public static void main(String[] arguments) throws IOException {
    long delayNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[0]));
    for (int i = 1; i < arguments.length; i++) {
      String[] parts = arguments[i].split("[=:]");
      ServerSocket server = new ServerSocket(Integer.parseInt(parts[0]));
      start(() -> serve(server, parts[1], Integer.parseInt(parts[2]), delayNanos));
    }
    System.out.println("passes on, late");
  }

  private static void serve(ServerSocket server, String host, int port, long delayNanos) {
    while (true) {
      try {
        Socket near = server.accept();
        near.setTcpNoDelay(true);
        start(() -> connect(near, host, port, delayNanos));
      } catch (IOException e) {
        throw new IllegalStateException("no more connections are accepted", e);
      }
    }
  }

  private static void connect(Socket near, String host, int port, long delayNanos) {
    Socket far = new Socket();
    try {
      far.setTcpNoDelay(true);
      far.connect(new InetSocketAddress(host, port), 5_000);
      pass(near, far, delayNanos);
      pass(far, near, delayNanos);
    } catch (IOException e) {
      System.out.println(host + ":" + port + " is not reached: " + e.getMessage());
      close(near);
      close(far);
    }
  }

  private static void pass(Socket from, Socket to, long delayNanos) {
    BlockingQueue<Late> late = new LinkedBlockingQueue<>();
    start(() -> read(from, late, delayNanos));
    start(
        () -> {
          write(to, late);
          close(from);
          close(to);
        });
  }

  private static void read(Socket from, BlockingQueue<Late> late, long delayNanos) {
    byte[] bytes = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        late.add(new Late(java.util.Arrays.copyOf(bytes, read), System.nanoTime() + delayNanos));
      }
    } catch (IOException e) {
      System.out.println("a connection ends: " + e.getMessage());
    }
    late.add(new Late(END, System.nanoTime() + delayNanos));
  }

  private static void write(Socket to, BlockingQueue<Late> late) {
    try {
      OutputStream out = to.getOutputStream();
      for (Late next = late.take(); next.bytes() != END; next = late.take()) {
        TimeUnit.NANOSECONDS.sleep(next.dueNanos() - System.nanoTime());
        out.write(next.bytes());
      }
    } catch (IOException e) {
      System.out.println("a connection ends: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      System.out.println("a connection did not end well: " + e.getMessage());
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task);
    thread.start();
  }
}
