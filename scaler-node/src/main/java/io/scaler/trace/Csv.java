package io.scaler.trace;

import io.scaler.model.Check;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A table of plain comma-separated fields under one header; quotes are refused. */
final class Csv implements AutoCloseable {
  private static final Pattern NUMBER =
      Pattern.compile("\\d{1,15}(\\.\\d{1,30})?([eE][+-]?\\d{1,3})?");

  private final Lines lines;
  private final List<String> header;
  private final Map<String, Integer> columns = new HashMap<>();
  private String[] row = {};

  /** Takes the lines over and reads the header. */
  Csv(Lines lines) {
    this.lines = lines;
    String first = lines.next();
    if (first == null) {
      throw lines.fault("a header is missing");
    }
    this.header = List.of(split(first));
    for (int i = 0; i < header.size(); i++) {
      if (columns.putIfAbsent(header.get(i), i) != null) {
        throw lines.fault(header.get(i), "must be a column once");
      }
    }
  }

  List<String> header() {
    return header;
  }

  /** The place of a column that must be there. */
  int column(String name) {
    Integer place = columns.get(name);
    if (place == null) {
      throw lines.fault(name, "is missing in the header");
    }
    return place;
  }

  /** Goes to the next row; false after the last. */
  boolean next() {
    String line = lines.next();
    if (line == null) {
      return false;
    }
    row = split(line);
    if (row.length != header.size()) {
      throw lines.fault(
          "must have " + header.size() + " fields as the header does, has " + row.length);
    }
    return true;
  }

  String text(int column) {
    String value = row[column];
    if (value.isEmpty() || value.length() > Check.LONGEST_ID) {
      throw fault(
          column, "must have 1 to " + Check.LONGEST_ID + " characters, has " + value.length());
    }
    return value;
  }

  /** A number with or without a fraction or an exponent. */
  double number(int column, double most) {
    String value = row[column];
    double number = NUMBER.matcher(value).matches() ? Double.parseDouble(value) : -1;
    if (number < 0 || number > most) {
      throw fault(column, "must be a number from 0 to " + (long) most + ", is '" + value + "'");
    }
    return number;
  }

  int count(int column, int most) {
    String value = row[column];
    // Most fields of an invocations file are a single digit.
    if (value.length() == 1 && Character.digit(value.charAt(0), 10) >= 0) {
      return Character.digit(value.charAt(0), 10);
    }
    if (value.indexOf('.') >= 0 || value.indexOf('e') >= 0 || value.indexOf('E') >= 0) {
      throw fault(column, "must be a whole number, is '" + value + "'");
    }
    return (int) number(column, most);
  }

  TraceException fault(int column, String rule) {
    return lines.fault(header.get(column), rule);
  }

  private String[] split(String line) {
    if (line.indexOf('"') >= 0) {
      throw lines.fault("quotes are not understood");
    }
    return line.split(",", -1);
  }

  @Override
  public void close() {
    lines.close();
  }
}
