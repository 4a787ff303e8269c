package io.scaler.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads durations such as {@code 500ms}, {@code 1.5s}, {@code 2m} or {@code 1h}. */
public final class TimeSpan implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,6})?)(ms|s|m|h)");
  private static final BigDecimal LONGEST = BigDecimal.valueOf(Duration.ofDays(366).toNanos());

  @Override
  public Duration convert(String value) {
    Matcher form = FORM.matcher(value);
    if (!form.matches()) {
      throw new TypeConversionException("must be a number with ms, s, m or h, is '" + value + "'");
    }
    long nanosPerUnit =
        switch (form.group(2)) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          default -> 3_600_000_000_000L;
        };
    BigDecimal nanos = new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(nanosPerUnit));
    if (nanos.compareTo(LONGEST) > 0) {
      throw new TypeConversionException("must be at most a year, is '" + value + "'");
    }
    return Duration.ofNanos(nanos.longValue());
  }
}
