package io.scaler.it.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes on what comes in over TCP, both ways, each part of it a fixed time after it came. A
 * program of its own, to be run beside a node.
 */
final class DelayProxy {
  private static final int PARTS = 10_000;
  private static final int BYTES = 64 * 1_024;

  private final long delayNanos;
  private final Map<Integer, AtomicLong> carried = new ConcurrentSkipListMap<>();

  /** Some bytes, and when they are to go on; none: there are no more. */
  private record Part(byte[] bytes, long due) {}

  DelayProxy(long delayNanos) {
    this.delayNanos = delayNanos;
  }

  /**
   * @param args the delay in milliseconds, and {@code port=host:port} for each port to listen at
   */
  public static void main(String[] args) throws IOException {
    DelayProxy proxy = new DelayProxy(TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[0])));
    for (String each : Arrays.copyOfRange(args, 1, args.length)) {
      String[] parts = each.split("[=:]");
      proxy.listen(new ServerSocket(Integer.parseInt(parts[0])), parts[1], parts[2]);
    }
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> System.out.println("bytes by port: " + proxy.carried)));
    System.out.println("listens");
  }

  /** Passes on what comes to a port, until its socket is closed. */
  void listen(ServerSocket server, String host, String port) {
    AtomicLong bytes = new AtomicLong();
    carried.put(server.getLocalPort(), bytes);
    start(
        () -> {
          while (true) {
            connect(server.accept(), host, Integer.parseInt(port), bytes);
          }
        });
  }

  private void connect(Socket here, String host, int port, AtomicLong bytes) throws IOException {
    Socket there;
    try {
      there = new Socket(InetAddress.getByName(host), port);
    } catch (IOException e) {
      // Who called is told so as the port itself would tell.
      here.setSoLinger(true, 0);
      here.close();
      return;
    }
    here.setTcpNoDelay(true);
    there.setTcpNoDelay(true);
    AtomicInteger ends = new AtomicInteger();
    carry(here, there, bytes, ends);
    carry(there, here, bytes, ends);
  }

  /** Bytes that have been passed on, both ways, by the port that their connection came to. */
  Map<Integer, AtomicLong> carried() {
    return carried;
  }

  private void carry(Socket from, Socket to, AtomicLong bytes, AtomicInteger ends) {
    BlockingQueue<Part> underWay = new ArrayBlockingQueue<>(PARTS);
    start(
        () -> {
          try {
            InputStream in = from.getInputStream();
            byte[] buffer = new byte[BYTES];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
              underWay.put(new Part(Arrays.copyOf(buffer, read), System.nanoTime() + delayNanos));
            }
          } finally {
            underWay.put(new Part(new byte[0], System.nanoTime() + delayNanos));
          }
        });
    start(
        () -> {
          try {
            OutputStream out = to.getOutputStream();
            for (Part part = underWay.take(); part.bytes.length > 0; part = underWay.take()) {
              TimeUnit.NANOSECONDS.sleep(part.due - System.nanoTime());
              out.write(part.bytes);
              bytes.addAndGet(part.bytes.length);
            }
            to.shutdownOutput();
          } catch (IOException e) {
            // Who sends hears that nobody takes it any more.
            from.close();
          } finally {
            if (ends.incrementAndGet() == 2) {
              from.close();
              to.close();
            }
          }
        });
  }

  /** What may end with its connection. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The connection is over, and its other end is told so.
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
  }
}
