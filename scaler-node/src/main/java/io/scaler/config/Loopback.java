package io.scaler.config;

import java.util.regex.Pattern;

/** Which hosts are this machine, and reached by nobody else. */
public final class Loopback {
  private static final Pattern HOST = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

  private Loopback() {}

  /** By the text alone: what a name resolves to may be another address tomorrow. */
  public static boolean is(String host) {
    return HOST.matcher(host).matches();
  }
}
